import { cliText, devserverText } from "../../i18n/mod.ts";
import { type App, appLogger, type Program, UsageFailure } from "../app.ts";

const LAST_PORT = 65_535;

/** `agent-core dev-server`: a Server in memory until Ctrl+C, for authors of images and for tests. */
export function devServerCommand(app: App, program: Program): void {
  program.command("dev-server", app.t(cliText.devServerDescription))
    .option("-p, --port <port:integer>", app.t(cliText.devServerPort))
    .option("--fault <fault:string>", app.t(devserverText.faultOption), { collect: true })
    .example(app.t(cliText.exampleDefault), "agent-core dev-server --port 8080")
    .example(
      app.t(devserverText.exampleFaults),
      "agent-core dev-server --fault 503:20% --fault upload=cut:1",
    )
    .action(async (options) => {
      const { port = 8080, fault: faults = [] } = options;
      if (port < 0 || port > LAST_PORT) throw new UsageFailure(cliText.badPort({ port }));
      const devserver = await import("../../devserver/mod.ts");
      const rules = faults.map((fault) => {
        const rule = devserver.parseFault(fault, Math.random);
        if (rule) return rule;
        const { FAULT_NAMES: what, FAULT_CALLS: calls } = devserver;
        throw new UsageFailure(devserverText.badFault({ fault, what, calls }));
      });
      const { untilSignal } = await import("../terminal/signals.ts");
      await using server = await devserver.startDevServer({ port, log: appLogger(app, options) });
      for (const rule of rules) server.faults.inject(rule);
      const service = server.createService("dev");
      const client = server.createClient("dev");
      app.print(cliText.devServerUp({
        url: server.url,
        token: service.registrationToken,
        serviceId: service.id,
        clientKey: client.apiKey,
        adminKey: server.adminKey,
      }));
      await untilSignal();
    });
}
