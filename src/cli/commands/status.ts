import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core status`: the configuration in force, and what the running agent says of itself. */
export function statusCommand(app: App, program: Program): void {
  program.command("status", app.t(cliText.statusDescription))
    .option("--json", app.t(cliText.optionJson))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core status")
    .example(app.t(cliText.exampleScript), "agent-core status --json | jq .agent.tasks")
    .action(async (options) => {
      const { status } = await import("../status/status.ts");
      await status(app, options);
    });
}
