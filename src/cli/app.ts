import type { Command } from "@cliffy/command";
import { resolve } from "@std/path";

import { Failure, type Lang, type Text } from "../i18n/mod.ts";
import { createLogger, LOG_LEVELS, type Logger, type LogLevel } from "../log/mod.ts";
import type { ProxySettings } from "../util/mod.ts";
import { harmless } from "./terminal/harmless.ts";
import { writeOut, writeWhole } from "./terminal/write_whole.ts";

/** The exit codes of the program. */
export const EXIT = { done: 0, failed: 1, usage: 2, notRunning: 3, stillBusy: 4 } as const;

/** The command line or the situation it is used in is wrong. */
export class UsageFailure extends Failure {
  override readonly name = "UsageFailure";
  override readonly exitCode = EXIT.usage;
}

/** The options that every command takes. A type, not an interface: `Command` takes no interface. */
export type GlobalOptions = {
  readonly config?: string;
  readonly lang?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
};

/** The program's own command, which knows the global options and gives them to each command below. */
export type Program = Command<void, void, void, [], GlobalOptions>;

/** What every command gets: its environment, and how to speak to whoever started it. */
export interface App {
  readonly env: Readonly<Record<string, string>>;
  readonly lang: Lang;
  readonly proxies: ProxySettings;
  /** Somebody sits there who can be asked. */
  readonly canAsk: boolean;
  /** Colours may be used on stdout. */
  readonly colors: boolean;
  /** Words in the language in use. */
  t(text: Text): string;
  /** A line for whoever reads the result: stdout. @throws {Failure} when it cannot be written */
  print(line: Text | string): void;
  /** A line about what is going on: stderr. Lost, without an error, where it cannot be written. */
  say(line: Text | string): void;
  /** What the program ends with when its command is done. */
  exitCode: number;
}

/** Makes the app of this process. */
export function createApp({ env, lang, proxies }: Pick<App, "env" | "lang" | "proxies">): App {
  const out = terminalOf(Deno.stdout, env);
  const err = terminalOf(Deno.stderr, env);
  const words = (line: Text | string) => typeof line === "string" ? line : line[lang];
  return {
    env,
    lang,
    proxies,
    canAsk: out.isTerminal && Deno.stdin.isTerminal(),
    colors: out.colors,
    exitCode: EXIT.done,
    t: (text) => text[lang],
    print: (line) => void writeOut(shown(out, `${words(line)}\n`)),
    say: (line) => {
      try {
        writeWhole(Deno.stderr, shown(err, `${words(line)}\n`));
      } catch {
        // A full disk or a closed terminal must not end the work that the line is about.
      }
    },
  };
}

/** Where the configuration is: `--config`, `AGENT_CORE_CONFIG`, else `config.toml` right here. */
export function configPath(app: App, options: GlobalOptions): string {
  return resolve(options.config ?? (app.env.AGENT_CORE_CONFIG || "config.toml"));
}

/** The logger of a command that works for long: to stderr. */
export function appLogger(
  app: App,
  options: GlobalOptions,
  writeLine?: (line: string) => void,
): Logger {
  const level = options.logLevel ?? app.env.AGENT_CORE_LOG_LEVEL;
  const format = options.logFormat ?? app.env.AGENT_CORE_LOG_FORMAT;
  return createLogger({
    lang: app.lang,
    level: LOG_LEVELS.find((known) => known === level) ?? ("info" satisfies LogLevel),
    format: format === "json" ? "json" : "text",
    // The logger itself makes control characters harmless.
    write: writeLine ?? ((line) => void writeWhole(Deno.stderr, new TextEncoder().encode(line))),
  });
}

function terminalOf(stream: { isTerminal(): boolean }, env: App["env"]) {
  const isTerminal = stream.isTerminal();
  return { isTerminal, colors: isTerminal && !env.NO_COLOR && env.TERM !== "dumb" };
}

/** Names and messages come from other machines: what they hold must not steer the terminal. */
function shown({ isTerminal, colors }: ReturnType<typeof terminalOf>, words: string): Uint8Array {
  return new TextEncoder().encode(isTerminal ? harmless(words, { colors }) : words);
}
