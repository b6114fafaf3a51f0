import { configText } from "../i18n/mod.ts";
import { shownKey } from "./shown.ts";
import { CONTROL, type Cursor, type Span, TomlProblem } from "./toml_cursor.ts";

/** A string in any of the four kinds of quotes (`long`: also those of three). */
export function readString(cursor: Cursor, long: boolean): Span {
  const { text, at: start } = cursor;
  const quote = text[start]!;
  const triple = long && text.startsWith(quote.repeat(3), start);
  const close = triple ? quote.repeat(3) : quote;
  const key = shownKey(cursor.key);
  for (let at = start + close.length;; at++) {
    if (text.startsWith(close, at)) {
      cursor.at = at + close.length;
      return { start, end: cursor.at };
    }
    const char = text[at];
    const isBreak = char === "\n" || (char === "\r" && text[at + 1] === "\n");
    if (char === undefined || (isBreak && !triple)) {
      throw new TomlProblem(configText.stringUnclosed({ key }), start, triple);
    }
    if (char === "\\" && quote === '"') at += escapeLength(text, at, triple, key);
    else if (CONTROL.test(char) && !isBreak) {
      cursor.at = at;
      throw new TomlProblem(configText.controlCharacter, at, triple);
    }
  }
}

/** Characters that follow the backslash and belong to it. */
function escapeLength(text: string, at: number, triple: boolean, key: string): number {
  const escape = /\\(?:[btnfr"\\]|u(?!d[89a-f])[0-9a-f]{4}|(\r?\n))/iy;
  escape.lastIndex = at;
  const found = escape.exec(text);
  const known = found && (found[1] === undefined || triple) && !/^\\[A-Z]/.test(found[0]);
  if (!known) throw new TomlProblem(configText.badEscape({ key }), at, triple);
  return found[0].length - 1;
}
