import { cliText, imageText } from "../i18n/mod.ts";
import type { App, GlobalOptions, Program } from "./app.ts";

/** The options of `new-image`. */
export interface NewImageOptions extends GlobalOptions {
  readonly model?: string;
  readonly url?: string;
}

/** `agent-core new-image`: an agent image of which only Markdown and a model's name are to be written. */
export function newImageCommand(app: App, program: Program): void {
  program.command("new-image", app.t(imageText.newImageDescription))
    .arguments("<folder:string>", [app.t(imageText.newImageFolder)])
    .option("--model <model:string>", app.t(imageText.newImageModel))
    .option("--url <url:string>", app.t(imageText.newImageUrl))
    .example(
      app.t(cliText.exampleDefault),
      "agent-core new-image my-agent --model deepseek/deepseek-v4-pro",
    )
    .action(async (options, folder) => {
      const { newImage } = await import("./new_image.ts");
      await newImage(app, folder, options);
    });
}
