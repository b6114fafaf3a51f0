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

/** Takes "<file:string> [lines:number]" apart. */
export function parseDefinition(text: string): Argument[] {
  const words = text.split(/ +/).filter((word) => word !== "");
  return words.map((word) => {
    const [name, type = "string", action = type] = word.slice(1, -1).split(":");
    return { name, type, action, optional: word.startsWith("[") };
  });
}

/** The way an option is written: "--name" or "-n". */
export function flagOf(name: string): string {
  if (name.startsWith("-")) return name;
  return name.length > 1 ? `--${name}` : `-${name}`;
}
