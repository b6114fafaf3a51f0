import { Command } from "@cliffy/command";

import { cliText, tasksText } from "../../i18n/mod.ts";
import type { App, GlobalOptions, Program } from "../app.ts";

/** `agent-core tasks`: what ran here, and `tasks discard`, `fail` and `move`. */
export function tasksCommand(app: App, program: Program): void {
  const tasks = new Command<GlobalOptions>()
    .description(app.t(tasksText.description))
    .option("-a, --all", app.t(tasksText.optionAll))
    .option("--json", app.t(cliText.optionJson))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core tasks")
    .example(app.t(cliText.exampleScript), "agent-core tasks --all --json")
    .action(async (options) => {
      const { listTasks } = await import("../tasks/list_tasks.ts");
      await listTasks(app, options);
    });
  tasks.command("discard <task:string>", app.t(tasksText.discardDescription))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core tasks discard 3f0c9a52-…")
    .action(async (options, task) => {
      const { discard } = await import("../tasks/discard.ts");
      await discard(app, options, task);
    });
  tasks.command("fail <task:string>", app.t(tasksText.failDescription))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core tasks fail 3f0c9a52-…")
    .action(async (options, task) => {
      const { fail } = await import("../tasks/fail.ts");
      await fail(app, options, task);
    });
  tasks.command("move", app.t(tasksText.moveDescription))
    .option("--from <url:string>", app.t(tasksText.moveFrom))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core tasks move --from http://localhost:8080")
    .action(async (options) => {
      const { move } = await import("../tasks/move.ts");
      await move(app, options);
    });
  program.command("tasks", tasks);
}
