import type { Command } from "@cliffy/command";

import { cliText } from "../i18n/mod.ts";
import type { App } from "./app.ts";
import { addOverrides, type OverrideOptions } from "./run_command.ts";

/** `agent-core run-detached`: the same as `run`, in the background. */
export function runDetachedCommand(app: App, program: Command): void {
  addOverrides(app, program.command("run-detached", app.t(cliText.runDetachedDescription)))
    .example(app.t(cliText.exampleDefault), "agent-core run-detached")
    .example(app.t(cliText.exampleWatch), "agent-core logs -f")
    .action(async (options) => {
      const { runDetached } = await import("./run_detached.ts");
      await runDetached(app, options as OverrideOptions);
    });
}
