import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core uninstall-service`: the opposite. */
export function uninstallServiceCommand(app: App, program: Program): void {
  program.command("uninstall-service", app.t(cliText.uninstallDescription))
    .option("--user", app.t(cliText.serviceUser))
    .option("--system", app.t(cliText.serviceSystem), { conflicts: ["user"] })
    .option("--name <name:string>", app.t(cliText.serviceName))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core uninstall-service")
    .action(async (options) => {
      const { uninstall } = await import("../service/uninstall.ts");
      await uninstall(app, options);
    });
}
