import { cliText, imageText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core new-image`: an agent image of which only Markdown and a model's name are to be written. */
export function newImageCommand(app: App, program: Program): void {
  program.command("new-image", app.t(imageText.newImageDescription))
    .arguments("<folder:string>", [app.t(imageText.newImageFolder)])
    .option("--model <model:string>", app.t(imageText.newImageModel))
    .option("--url <url:string>", app.t(imageText.newImageUrl))
    .option("--base-image <image:string>", app.t(imageText.newImageBase))
    .option("--apt-mirror <url:string>", app.t(imageText.newImageApt))
    .option("--npm-registry <url:string>", app.t(imageText.newImageNpm))
    .option("--pip-index <url:string>", app.t(imageText.newImagePip))
    .example(
      app.t(cliText.exampleDefault),
      "agent-core new-image my-agent --model deepseek/deepseek-v4-pro",
    )
    .example(
      app.t(imageText.exampleNewImageLocal),
      "agent-core new-image my-agent --model ollama/qwen3:32b",
    )
    .action(async (options, folder) => {
      const { newImage } = await import("../new_image/new_image.ts");
      await newImage(app, folder, options);
    });
}
