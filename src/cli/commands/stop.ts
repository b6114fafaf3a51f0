import { cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";
import type { DataDirOption } from "../load.ts";

/** The options of `stop`. */
export interface StopOptions extends DataDirOption {
  readonly drain?: boolean;
  readonly cancelTasks?: boolean;
  readonly timeout?: string;
}

/** `agent-core stop`: ends the agent of a data folder. */
export function stopCommand(app: App, program: Program): void {
  program.command("stop", app.t(cliText.stopDescription))
    .option("--drain", app.t(cliText.stopDrain))
    .option("--cancel-tasks", app.t(cliText.stopCancelTasks), { conflicts: ["drain"] })
    .option("--timeout <time:string>", app.t(cliText.stopTimeout))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core stop")
    .example(app.t(cliText.exampleDrain), "agent-core stop --drain --timeout 2h")
    .action(async (options) => {
      const { stop } = await import("../stop.ts");
      await stop(app, options);
    });
}
