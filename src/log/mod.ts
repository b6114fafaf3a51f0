import type { Lang, Text } from "../i18n/mod.ts";

/** How much is logged, from everything to errors only. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts that go with a log line. Never an api key or a token. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where every room writes what a person may want to know later. It never throws. */
export type Logger = Readonly<Record<LogLevel, (text: Text, fields?: LogFields) => void>>;

/** How {@linkcode createLogger} writes. */
export interface LoggerOptions {
  readonly lang: Lang;
  /** @default {"info"} */
  readonly level?: LogLevel;
  /** `text` is one line for people, `json` one object a line for programs. @default {"text"} */
  readonly format?: "text" | "json";
  /** Takes one whole line, newline included. */
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

/** Makes a logger. Line breaks and control characters in a message cannot forge another line. */
export function createLogger(
  { lang, level = "info", format = "text", write, now = () => new Date() }: LoggerOptions,
): Logger {
  const least = LOG_LEVELS.indexOf(level);
  // A full disk or a closed terminal must not end what is being logged of.
  const put = (line: string) => {
    try {
      write(line);
    } catch {
      // There is nowhere to say so.
    }
  };
  const at = (line: LogLevel) => (text: Text, fields: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(line) < least) return;
    const time = now().toISOString();
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    if (format === "json") {
      const entry = { time, level: line, message: text[lang], ...Object.fromEntries(known) };
      return put(JSON.stringify(entry) + "\n");
    }
    const tail = known.map(([key, value]) => ` ${key}=${quote(String(value))}`).join("");
    put(`${time} ${line.toUpperCase().padEnd(5)} ${printable(text[lang])}${tail}\n`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A logger that says nothing. */
export const SILENT: Logger = createLogger({ lang: "en", level: "error", write: () => {} });

/** A logger whose messages and fields go through `conceal` first. */
export function concealedLogger(logger: Logger, conceal: (words: string) => string): Logger {
  const at = (level: LogLevel) => (text: Text, fields: LogFields = {}) => {
    const shown = Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === "string" ? conceal(value) : value,
    ]);
    logger[level]({ zh: conceal(text.zh), en: conceal(text.en) }, Object.fromEntries(shown));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function quote(value: string): string {
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** Terminal escapes and stray control characters from other programs become visible escapes. */
function printable(words: string): string {
  // deno-lint-ignore no-control-regex
  return words.replaceAll(/\r?\n/g, "\n    ").replaceAll(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, (c) => {
    return `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
