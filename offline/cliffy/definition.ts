import type { Argument } from "./types.ts";

/** Takes "-c, --config <file:string>" apart. */
export function splitFlags(text: string): { flags: string[]; typeDefinition: string } {
  const parts = text.trim().split(/[, ] */);
  const values: string[] = [];
  while (parts.length > 0 && /^[<[].+[\]>]$/.test(parts[parts.length - 1])) {
    values.unshift(parts.pop() ?? "");
  }
  return { flags: parts, typeDefinition: values.join(" ") };
}

/** Takes "<file:string> [lines...:number]" apart. */
export function parseDefinition(text: string, descriptions: readonly string[] = []): Argument[] {
  const words = text.split(/ +/).filter((word) => word !== "");
  return words.map((word, index) => parseArgument(word, descriptions[index]));
}

function parseArgument(raw: string, description?: string): Argument {
  const [label, type = "string", action = type] = raw.slice(1, -1).split(":");
  return {
    name: label.replace(/^\.\.\.|\.\.\.$/g, ""),
    type,
    action,
    optional: raw.startsWith("["),
    variadic: label.startsWith("...") || label.endsWith("..."),
    description,
    raw,
  };
}

/** Takes the common indent and the empty lines at both ends away. */
export function dedent(text: string): string {
  const lines = text.split(/\r?\n/);
  while (lines.length > 0 && lines[0].trim() === "") lines.shift();
  const indent = (lines[0] ?? "").match(/^\s*/)?.[0].length ?? 0;
  return lines.map((line) => line.slice(Math.min(indent, line.search(/\S|$/)))).join("\n")
    .trimEnd();
}

/** A description in full or its first line. */
export function describe(text: string, long: boolean): string {
  return long ? dedent(text) : text.trim().split("\n", 1)[0].trim();
}

/** The way an option is written: "--name" or "-n". */
export function flagOf(name: string): string {
  if (name.startsWith("-")) return name;
  return name.length > 1 ? `--${name}` : `-${name}`;
}
