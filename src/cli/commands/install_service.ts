import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";
import type { DataDirOption } from "../load.ts";

/** The options of `uninstall-service`. */
export interface UninstallOptions extends DataDirOption {
  readonly user?: boolean;
  readonly system?: boolean;
  readonly name?: string;
}

/** The options of `install-service`. */
export interface InstallOptions extends UninstallOptions {
  readonly runAs?: string;
  readonly print?: boolean;
}

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
      const { install } = await import("../service/service.ts");
      await install(app, options);
    });
}

/** `agent-core uninstall-service`: the opposite. */
export function uninstallServiceCommand(app: App, program: Program): void {
  program.command("uninstall-service", app.t(cliText.uninstallDescription))
    .option("--user", app.t(cliText.serviceUser))
    .option("--system", app.t(cliText.serviceSystem), { conflicts: ["user"] })
    .option("--name <name:string>", app.t(cliText.serviceName))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core uninstall-service")
    .action(async (options) => {
      const { uninstall } = await import("../service/service.ts");
      await uninstall(app, options);
    });
}
