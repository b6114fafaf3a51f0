import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core init`: a commented config.toml to begin with. */
export function initCommand(app: App, program: Program): void {
  program.command("init", app.t(cliText.initDescription))
    .option("-f, --force", app.t(cliText.initForce))
    .example(app.t(cliText.exampleDefault), "agent-core init")
    .example(
      app.t(cliText.exampleElsewhere),
      "agent-core --config /etc/agent-core/config.toml init",
    )
    .action(async (options) => {
      const { init } = await import("../setup/init.ts");
      await init(app, options);
    });
}
