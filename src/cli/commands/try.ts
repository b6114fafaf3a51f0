import { imageText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core try`: a task on this machine, run as `run` would, without a Server. */
export function tryCommand(app: App, program: Program): void {
  program.command("try", app.t(imageText.tryDescription))
    .option("--image <image:string>", app.t(imageText.tryImage))
    .option("-p, --prompt <prompt:string>", app.t(imageText.tryPrompt))
    .option("--task <file:file>", app.t(imageText.tryTaskFile))
    .option("--output-prompt <prompt:string>", app.t(imageText.tryOutputPrompt))
    .option("-i, --input <file:file>", app.t(imageText.tryInput), { collect: true })
    .option("--build-arg <argument:string>", app.t(imageText.tryBuildArg), { collect: true })
    .option("--promote", app.t(imageText.tryPromote))
    .option("--keep", app.t(imageText.tryKeep))
    .option("--json", app.t(imageText.tryJson))
    .example(
      app.t(imageText.exampleTry),
      'agent-core try --image my-lab:2 --prompt "count the rows" --input data.csv',
    )
    .example(app.t(imageText.exampleTryHere), "agent-core try")
    .example(app.t(imageText.exampleTryPromote), "agent-core try --promote")
    .action(async (options) => {
      const { tryTask } = await import("../try/try.ts");
      await tryTask(app, options);
    });
}
