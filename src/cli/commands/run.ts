import { Command } from "@cliffy/command";

import { cliText } from "../../i18n/mod.ts";
import type { App, GlobalOptions, Program } from "../app.ts";

/** The options of `run` and `run-detached` that override the configuration. */
export interface OverrideOptions extends GlobalOptions {
  readonly server?: string;
  readonly dataDir?: string;
  readonly image?: string;
  readonly capacity?: number;
  readonly timeoutMinutes?: number;
}

/** The options of `run`. */
export interface RunOptions extends OverrideOptions {
  readonly interactive?: boolean;
  readonly envFile?: string;
}

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

/** What the options override in the configuration. */
export function overridesOf(options: OverrideOptions) {
  return {
    "server.base_url": options.server,
    "paths.data_dir": options.dataDir,
    "executor.image": options.image,
    "executor.capacity": options.capacity,
    "executor.timeout_minutes": options.timeoutMinutes,
  };
}

/** The same options as words, for another start of this program. */
export function overrideWords(options: OverrideOptions): string[] {
  return Object.entries({
    "--server": options.server,
    "--data-dir": options.dataDir,
    "--image": options.image,
    "--capacity": options.capacity,
    "--timeout-minutes": options.timeoutMinutes,
  }).flatMap(([flag, value]) => value === undefined ? [] : [flag, String(value)]);
}
