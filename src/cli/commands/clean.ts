import { cleanText, cliText } from "../../i18n/mod.ts";
import type { App, Program } from "../app.ts";

/** `agent-core clean`: removes what a data folder has left over, or all of it. */
export function cleanCommand(app: App, program: Program): void {
  program.command("clean", app.t(cleanText.description))
    .option("-a, --all", app.t(cleanText.optionAll))
    .option("--discard-undelivered", app.t(cleanText.optionDiscard))
    .option("-y, --yes", app.t(cleanText.optionYes))
    .option("--data-dir <dir:string>", app.t(cliText.optionDataDir))
    .example(app.t(cliText.exampleDefault), "agent-core clean")
    .example(app.t(cleanText.exampleAll), "agent-core clean --all --yes")
    .action(async (options) => {
      const { clean } = await import("../clean/clean.ts");
      await clean(app, options);
    });
}
