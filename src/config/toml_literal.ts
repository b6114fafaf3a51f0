/** Writes a value as TOML. Text goes in double quotes, which every other program reads as well. */
export function tomlLiteral(value: string | number | boolean | readonly string[]): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "object") return `[${value.map(quote).join(", ")}]`;
  return String(value);
}

/** JSON's escapes are TOML's, but for DEL, which TOML does not let stand. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}
