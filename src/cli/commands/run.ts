import { Command } from "@cliffy/command";

import { cliText } from "../../i18n/mod.ts";
import type { App, GlobalOptions, Program } from "../app.ts";

/** `agent-core run`: works until it is told to stop. */
export function runCommand(app: App, program: Program): void {
  const command = overridable(app)
    .description(app.t(cliText.runDescription))
    .option("-i, --interactive", app.t(cliText.runInteractive))
    .option("--env-file <file:file>", app.t(cliText.runEnvFile))
    .example(app.t(cliText.exampleDefault), "agent-core run")
    .example(app.t(cliText.exampleOverride), "agent-core run --image my-lab:2 --capacity 4")
    .action(async (options) => {
      const { run } = await import("../run/run.ts");
      await run(app, options);
    });
  program.command("run", command);
}

/** A new command with the options that override the configuration. */
export function overridable(app: App) {
  return new Command<GlobalOptions>()
    .option("--server <url:string>", app.t(cliText.runServer))
    .option("--data-dir <dir:string>", app.t(cliText.runDataDir))
    .option("--image <image:string>", app.t(cliText.runImage))
    .option("--capacity <n:number>", app.t(cliText.runCapacity))
    .option("--timeout-minutes <n:number>", app.t(cliText.runTimeout));
}
