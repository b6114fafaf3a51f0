import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";
import { overridable } from "./run.ts";

/** `agent-core run-detached`: the same as `run`, in the background. */
export function runDetachedCommand(app: App, program: Program): void {
  const command = overridable(app)
    .description(app.t(cliText.runDetachedDescription))
    .example(app.t(cliText.exampleDefault), "agent-core run-detached")
    .example(app.t(cliText.exampleWatch), "agent-core logs -f")
    .action(async (options) => {
      const { runDetached } = await import("../run/run_detached.ts");
      await runDetached(app, options);
    });
  program.command("run-detached", command);
}
