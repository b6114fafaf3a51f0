/** A text as one word of a command line that a person can paste into a shell. */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}@%+=:,./_-]+$/u.test(text)) return text;
  return Deno.build.os === "windows" ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
