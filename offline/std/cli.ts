/** Stand-in for the part of `@std/cli` that agent-core uses. */
import { eastAsianWidth } from "get-east-asian-width";

/** The columns that a text takes in a terminal; ANSI codes are counted like other characters. */
export function unicodeWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(character)) continue;
    width += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}
