import { cliText, tasksText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core logs`: the output of a task, or the agent's own log. */
export function logsCommand(app: App, program: Program): void {
  program.command("logs [task:string]", app.t(tasksText.logsDescription))
    .option("-f, --follow", app.t(tasksText.logsFollow))
    .option("-n, --lines <n:integer>", app.t(tasksText.logsLines))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(tasksText.exampleAgentLog), "agent-core logs -f")
    .example(app.t(tasksText.exampleTaskLog), "agent-core logs 3f0c9a52")
    .action(async (options, task) => {
      const { logs } = await import("../logs/logs.ts");
      await logs(app, options, task);
    });
}
