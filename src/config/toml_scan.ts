import { configText } from "../i18n/mod.ts";
import { shown, shownKey } from "./shown.ts";
import { CONTROL, type Cursor, type Span, TomlProblem } from "./toml_cursor.ts";
import { isScalar } from "./toml_scalar.ts";
import { readString } from "./toml_string.ts";

/** A value as it stands in the text. */
export type TomlValue =
  | (Span & { readonly kind: "scalar" })
  | (Span & { readonly kind: "list"; readonly items: readonly TomlValue[] })
  | (Span & { readonly kind: "inline"; readonly entries: readonly TomlEntry[] });

/** `path = value`; the span reaches from the key to the end of the value. */
export interface TomlEntry extends Span {
  readonly path: readonly string[];
  readonly value: TomlValue;
}

/** A section: its header (none for the top of the file) and the entries up to the next header. */
export interface TomlBlock {
  readonly header?: Span & { readonly path: readonly string[]; readonly list: boolean };
  readonly entries: readonly TomlEntry[];
}

/** Nobody's configuration nests deeper; a hostile one must not exhaust the stack. */
const MAX_DEPTH = 20;
const MAX_PROBLEMS = 50;

/**
 * Reads the layout of a TOML text: sections, keys and where each value begins and ends. It takes
 * the part of TOML on which all parsers agree, and refuses what some of them let pass: a second key
 * on a line, unquoted text. After a problem it goes on with the next line, to find them all.
 */
export function scanToml(text: string): { blocks: TomlBlock[]; problems: TomlProblem[] } {
  const cursor: Cursor = { text, at: text.startsWith("\ufeff") ? 1 : 0, key: [] };
  let entries: TomlEntry[] = [];
  const blocks: TomlBlock[] = [{ entries }];
  const problems: TomlProblem[] = [];
  while (true) {
    try {
      skipBlank(cursor, true);
      if (cursor.at >= text.length) break;
      cursor.key = blocks.at(-1)!.header?.path ?? [];
      if (text[cursor.at] === "[") {
        entries = [];
        blocks.push({ header: readHeader(cursor), entries });
      } else entries.push(readEntry(cursor, 0));
      endLine(cursor);
    } catch (error) {
      if (!(error instanceof TomlProblem)) throw error;
      problems.push(error);
      if (error.fatal || problems.length >= MAX_PROBLEMS) break;
      const next = text.indexOf("\n", Math.max(cursor.at, error.offset));
      cursor.at = next < 0 ? text.length : next + 1;
    }
  }
  return { blocks, problems };
}

/** Skips blanks, and comments and line breaks where those may stand. */
function skipBlank(cursor: Cursor, lines: boolean): void {
  const { text } = cursor;
  for (;; cursor.at++) {
    const char = text[cursor.at];
    if (char === "#" && lines) skipComment(cursor);
    if (cursor.at >= text.length) return;
    const here = text[cursor.at];
    const isBreak = here === "\n" || (here === "\r" && text[cursor.at + 1] === "\n");
    if (here !== " " && here !== "\t" && !(lines && isBreak)) return;
  }
}

/** Leaves the cursor on the line break or at the end. */
function skipComment(cursor: Cursor): void {
  const end = cursor.text.indexOf("\n", cursor.at);
  const stop = end < 0 ? cursor.text.length : end;
  const comment = cursor.text.slice(cursor.at, stop).replace(/\r$/, "");
  const bad = CONTROL.exec(comment);
  if (bad) throw new TomlProblem(configText.controlCharacter, cursor.at + bad.index);
  cursor.at = stop;
}

function endLine(cursor: Cursor): void {
  skipBlank(cursor, false);
  if (cursor.text[cursor.at] === "#") skipComment(cursor);
  if (cursor.at >= cursor.text.length) return;
  if (cursor.text.startsWith("\r\n", cursor.at)) cursor.at++;
  if (cursor.text[cursor.at] !== "\n") throw new TomlProblem(configText.lineNotEnded, cursor.at);
  cursor.at++;
}

function readHeader(cursor: Cursor): TomlBlock["header"] {
  const start = cursor.at;
  const list = cursor.text.startsWith("[[", start);
  cursor.at += list ? 2 : 1;
  const path = readPath(cursor);
  const close = list ? "]]" : "]";
  if (!cursor.text.startsWith(close, cursor.at)) {
    throw new TomlProblem(configText.bracketMissing, start);
  }
  cursor.at += close.length;
  return { path, list, start, end: cursor.at };
}

function readEntry(cursor: Cursor, depth: number): TomlEntry {
  const start = cursor.at;
  const path = readPath(cursor);
  if (cursor.text[cursor.at] !== "=") {
    throw new TomlProblem(configText.equalsMissing, start, depth > 0);
  }
  cursor.at++;
  const outer = cursor.key;
  cursor.key = [...outer, ...path];
  skipBlank(cursor, false);
  const value = readValue(cursor, depth);
  cursor.key = outer;
  return { path, value, start, end: value.end };
}

/** A key, dotted or not, with the blanks after it. */
function readPath(cursor: Cursor): string[] {
  const start = cursor.at;
  const path: string[] = [];
  do {
    if (path.length > 0) cursor.at++;
    skipBlank(cursor, false);
    path.push(readKey(cursor));
    skipBlank(cursor, false);
  } while (cursor.text[cursor.at] === "." && path.length <= MAX_DEPTH);
  if (path.length > MAX_DEPTH) {
    throw new TomlProblem(configText.tooDeep({ limit: MAX_DEPTH }), start);
  }
  return path;
}

function readKey(cursor: Cursor): string {
  const quote = cursor.text[cursor.at];
  if (quote === '"' || quote === "'") {
    const { start, end } = readString(cursor, false);
    // A key with escapes has no use here: what stands between the quotes is its name.
    return cursor.text.slice(start + 1, end - 1);
  }
  const bare = /[A-Za-z0-9_-]+/y;
  bare.lastIndex = cursor.at;
  const found = bare.exec(cursor.text)?.[0];
  if (found === undefined) throw new TomlProblem(configText.badKey, cursor.at);
  cursor.at += found.length;
  return found;
}

function readValue(cursor: Cursor, depth: number): TomlValue {
  if (depth > MAX_DEPTH) {
    throw new TomlProblem(configText.tooDeep({ limit: MAX_DEPTH }), cursor.at, true);
  }
  const char = cursor.text[cursor.at];
  if (char === "[") return readList(cursor, depth);
  if (char === "{") return readInline(cursor, depth);
  if (char === '"' || char === "'") return { kind: "scalar", ...readString(cursor, true) };
  return readBare(cursor, depth);
}

function readList(cursor: Cursor, depth: number): TomlValue {
  const start = cursor.at;
  const items: TomlValue[] = [];
  readItems(cursor, "]", () => items.push(readValue(cursor, depth + 1)));
  return { kind: "list", items, start, end: cursor.at };
}

function readInline(cursor: Cursor, depth: number): TomlValue {
  const start = cursor.at;
  const entries: TomlEntry[] = [];
  readItems(cursor, "}", () => entries.push(readEntry(cursor, depth + 1)));
  return { kind: "inline", entries, start, end: cursor.at };
}

/** Items with commas between them (one after the last is fine) up to `close`. */
function readItems(cursor: Cursor, close: string, readItem: () => void): void {
  const start = cursor.at++;
  while (true) {
    skipBlank(cursor, true);
    if (cursor.text[cursor.at] === close) break;
    if (cursor.at >= cursor.text.length) {
      throw new TomlProblem(configText.listUnclosed({ key: shownKey(cursor.key) }), start, true);
    }
    readItem();
    skipBlank(cursor, true);
    const char = cursor.text[cursor.at];
    if (char === ",") cursor.at++;
    else if (char !== close) {
      throw new TomlProblem(configText.listUnclosed({ key: shownKey(cursor.key) }), start, true);
    }
  }
  cursor.at++;
}

/** A number, true, false or a date: everything without quotes. */
function readBare(cursor: Cursor, depth: number): TomlValue {
  const start = cursor.at;
  const token = /(?:\d{4}-\d\d-\d\d \d\d:)?[^ \t\r\n,\]}#]*/y;
  token.lastIndex = start;
  const raw = token.exec(cursor.text)?.[0] ?? "";
  const key = shownKey(cursor.key);
  const fatal = depth > 0;
  if (raw === "") throw new TomlProblem(configText.valueMissing({ key }), start, fatal);
  if (!isScalar(raw)) {
    const found = shown(cursor.key, raw);
    throw new TomlProblem(configText.notAValue({ key, found }), start, fatal);
  }
  cursor.at += raw.length;
  return { kind: "scalar", start, end: cursor.at };
}
