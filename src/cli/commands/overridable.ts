import { Command } from "@cliffy/command";

import { cliText } from "../../i18n/mod.ts";
import type { App, GlobalOptions } from "../app.ts";

/** A new command with the options that override the configuration. */
export function overridable(app: App) {
  return new Command<GlobalOptions>()
    .option("--server <url:string>", app.t(cliText.runServer))
    .option("--data-dir <dir:string>", app.t(cliText.runDataDir))
    .option("--image <image:string>", app.t(cliText.runImage))
    .option("--capacity <n:number>", app.t(cliText.runCapacity))
    .option("--timeout-minutes <n:number>", app.t(cliText.runTimeout));
}
