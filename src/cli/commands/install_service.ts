import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core install-service`: starts with the machine, or with its user. */
export function installServiceCommand(app: App, program: Program): void {
  program.command("install-service", app.t(cliText.installDescription))
    .option("--user", app.t(cliText.serviceUser))
    .option("--system", app.t(cliText.serviceSystem), { conflicts: ["user"] })
    .option("--run-as <account:string>", app.t(cliText.serviceRunAs), { depends: ["system"] })
    .option("--name <name:string>", app.t(cliText.serviceName))
    .option("--print", app.t(cliText.servicePrint))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core install-service")
    .example(
      app.t(cliText.exampleSystemService),
      "sudo agent-core --config /etc/agent-core/config.toml install-service --system",
    )
    .example(app.t(cliText.exampleOnlyShow), "agent-core install-service --print")
    .action(async (options) => {
      const { install } = await import("../service/install.ts");
      await install(app, options);
    });
}
