import { cliText } from "../../i18n/mod.ts";
import { type App, appLogger, type Program, UsageFailure } from "../app.ts";

const LAST_PORT = 65_535;

/** `agent-core dev-server`: a Server in memory until Ctrl+C, for authors of images and for tests. */
export function devServerCommand(app: App, program: Program): void {
  program.command("dev-server", app.t(cliText.devServerDescription))
    .option("-p, --port <port:integer>", app.t(cliText.devServerPort))
    .example(app.t(cliText.exampleDefault), "agent-core dev-server --port 8080")
    .action(async (options) => {
      const { port = 8080 } = options;
      if (port < 0 || port > LAST_PORT) throw new UsageFailure(cliText.badPort({ port }));
      const { startDevServer } = await import("../../devserver/mod.ts");
      const { untilSignal } = await import("../terminal/signals.ts");
      await using server = await startDevServer({ port, log: appLogger(app, options) });
      const service = await server.createService("dev");
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
