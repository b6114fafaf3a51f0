import { Command, ValidationError } from "@cliffy/command";

import { cliText } from "../i18n/mod.ts";
import { LOG_LEVELS } from "../log/mod.ts";
import { type App, EXIT, type Program, UsageFailure } from "./app.ts";
import { type AddCommand, COMMANDS } from "./commands.ts";
import { completionsCommand } from "./commands/completions.ts";
import { helpCommand } from "./commands/help.ts";
import { explained } from "./explained.ts";
import { helpOf } from "./help.ts";
import { asksForHelp, commandNamed, isLongHelp } from "./information.ts";
import { wrongUse } from "./wrong_use.ts";

const LANGUAGES = ["zh", "en"] as const;
const LOG_FORMATS = ["text", "json"] as const;

/** Does what a command line asks for and returns the exit code. */
export async function runProgram(app: App, args: readonly string[]): Promise<number> {
  return await explained(app, () => parse(app, args));
}

/** Runs the command that is asked for, or says what of the command line is not understood. */
async function parse(app: App, args: readonly string[]): Promise<void> {
  try {
    // To build the other commands would only take time.
    const only = COMMANDS.get(args[0] ?? "");
    const commands = only ? [only] : [...COMMANDS.values(), completionsCommand, helpCommand];
    const program = createProgram(app, commands);
    if (asksForHelp(args)) await showHelp(app, program, args);
    else await program.parse([...args]);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const command = error.cmd?.getPath() ?? "agent-core";
    app.say(cliText.wrongUse({ reason: wrongUse(error.message), command }));
    app.exitCode = EXIT.usage;
  }
}

/** Done here because the library refuses `--help` beside another option. */
async function showHelp(app: App, program: Program, args: readonly string[]): Promise<void> {
  // The library adds `--help` to the options when it is first asked for its own help.
  program.getHelp();
  const named = commandNamed(program, args);
  if ("unknown" in named) await program.parse([...named.unknown]);
  else app.print(helpOf(app, named.command, isLongHelp(args)));
}

/** The command line: the program's own options, and these commands. */
function createProgram(app: App, commands: readonly AddCommand[]): Program {
  const root = new Command()
    .name("agent-core")
    .description(app.t(cliText.description))
    .help((command, { long = false }) => helpOf(app, command, long))
    .helpOption("-h, --help", app.t(cliText.optionHelp))
    .throwErrors()
    // For the help alone: main.ts has answered `--version` before this.
    .option("-V, --version", app.t(cliText.optionVersion))
    .globalOption("-c, --config <file:file>", app.t(cliText.optionConfig))
    .globalOption("--lang <lang:string:lang>", app.t(cliText.optionLang), {
      value: (value: string) => oneOf("--lang", value, LANGUAGES),
    })
    .globalOption("--log-level <level:string:level>", app.t(cliText.optionLogLevel), {
      value: (value: string) => oneOf("--log-level", value, LOG_LEVELS),
    })
    .globalOption("--log-format <format:string:format>", app.t(cliText.optionLogFormat), {
      value: (value: string) => oneOf("--log-format", value, LOG_FORMATS),
    })
    .globalComplete("lang", () => [...LANGUAGES])
    .globalComplete("level", () => [...LOG_LEVELS])
    .globalComplete("format", () => [...LOG_FORMATS])
    .example(app.t(cliText.exampleDemo), "agent-core demo")
    .example(app.t(cliText.exampleFirst), "agent-core run")
    .example(app.t(cliText.exampleHelp), "agent-core run --help");
  root.action(() => app.print(helpOf(app, root, false)));
  for (const command of commands) command(app, root);
  root.reset();
  return root;
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageFailure(cliText.notOneOf({ option, value, allowed: allowed.join(", ") }));
}
