import { isDeepStrictEqual } from "node:util";
import { type AST, getStaticTOMLValue } from "toml-eslint-parser";
import type { Setting } from "./key_spec.ts";
import { findSections, type Pair, type Section, type Span } from "./toml_sections.ts";
import { tomlLiteral } from "./toml_literal.ts";
import { parseSyntax } from "./toml_syntax.ts";

/** A place in the text and what comes there instead of what it holds. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text whose parts are known. */
interface Layout {
  readonly text: string;
  readonly sections: readonly Section[];
}

/**
 * Sets a key of a section in a TOML text and leaves everything else as it is: comments, layout, line breaks.
 * A key that is not there yet goes to the end of its section, below its commented-out example if
 * there is one, or into a new section at the end. Undefined where the text has no place for it, or
 * where the result would not say what was meant.
 */
export function setInText(text: string, key: string, value: Setting): string | undefined {
  if (text.startsWith("\ufeff")) {
    const edited = setInText(text.slice(1), key, value);
    return edited === undefined ? undefined : `\ufeff${edited}`;
  }
  const program = parse(text);
  if (!program) return undefined;
  const layout = { text, sections: findSections(program, text) };
  const path = key.split(".");
  const literal = tomlLiteral(value);
  const change = replaceValue(layout, path, literal) ??
    insertInBraces(layout, path, literal) ??
    insertAfterDotted(layout, path, literal) ??
    insertInSection(layout, path, literal) ??
    appendSection(text, path, literal);
  const edited = text.slice(0, change.start) + change.text + text.slice(change.end);
  return saysTheSameBut(program, edited, path, value) ? edited : undefined;
}

function parse(text: string): AST.TOMLProgram | undefined {
  const parsed = parseSyntax(text);
  return "error" in parsed ? undefined : parsed.program;
}

/** Whether `after` is `before` with the key set to the value, and nothing else changed. */
function saysTheSameBut(
  before: AST.TOMLProgram,
  after: string,
  path: readonly string[],
  value: Setting,
): boolean {
  const edited = parse(after);
  if (!edited) return false;
  const expected = getStaticTOMLValue(before);
  let table: Record<string, unknown> = expected;
  for (const part of path.slice(0, -1)) {
    const next = table[part] ??= {};
    if (typeof next !== "object" || next === null || Array.isArray(next)) return false;
    table = next as Record<string, unknown>;
  }
  table[path.at(-1)!] = value;
  return isDeepStrictEqual(expected, getStaticTOMLValue(edited));
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((part, index) => path[index] === part);
}

/** Every key that stands once, those in braces included. */
function singlePairs({ sections }: Layout): Pair[] {
  return sections.filter(({ list }) => !list).flatMap(({ pairs }) => pairs);
}

function replaceValue(
  layout: Layout,
  path: readonly string[],
  literal: string,
): Change | undefined {
  const pair = singlePairs(layout).find((pair) => {
    return pair.path.length === path.length && startsWith(pair.path, path);
  });
  if (!pair || pair.value.type === "TOMLInlineTable") return undefined;
  const [start, end] = pair.value.range;
  return { start, end, text: literal };
}

/** `agent = { name = "x" }`: behind the last key in the braces. */
function insertInBraces(
  layout: Layout,
  path: readonly string[],
  literal: string,
): Change | undefined {
  let best: { path: readonly string[]; value: AST.TOMLInlineTable } | undefined;
  for (const { path: above, value } of singlePairs(layout)) {
    if (value.type !== "TOMLInlineTable" || above.length >= path.length) continue;
    if (startsWith(path, above) && above.length > (best?.path.length ?? 0)) {
      best = { path: above, value };
    }
  }
  if (!best) return undefined;
  const pair = `${path.slice(best.path.length).join(".")} = ${literal}`;
  const { body, range } = best.value;
  const last = body.at(-1);
  if (last) return { start: last.range[1], end: last.range[1], text: `, ${pair}` };
  return { start: range[0] + 1, end: range[1] - 1, text: ` ${pair} ` };
}

/** `agent.name = "x"`: below the last such line, in the same spelling. */
function insertAfterDotted(
  { text, sections }: Layout,
  path: readonly string[],
  literal: string,
): Change | undefined {
  let place: { pair: Pair; above: readonly string[]; depth: number } | undefined;
  for (const { list, path: above, pairs } of sections) {
    if (list || !startsWith(path, above)) continue;
    for (const pair of pairs) {
      if (pair.nested) continue;
      const full = pair.path;
      let depth = 0;
      while (depth < Math.min(full.length, path.length) - 1 && full[depth] === path[depth]) depth++;
      if (depth > above.length && depth >= (place?.depth ?? 0)) place = { pair, above, depth };
    }
  }
  if (!place) return undefined;
  return newLine(text, place.pair, `${path.slice(place.above.length).join(".")} = ${literal}`);
}

/** At the end of `[section]`, but below a commented-out line for the same key. */
function insertInSection(
  { text, sections }: Layout,
  path: readonly string[],
  literal: string,
): Change | undefined {
  const index = sections.findIndex(({ header, list, path: section }) => {
    return header && !list && section.length === path.length - 1 && startsWith(path, section);
  });
  const section = sections[index];
  if (!section?.header) return undefined;
  const pair = `${path.at(-1)} = ${literal}`;
  const end = sections[index + 1]?.header?.start ?? text.length;
  const example = new RegExp(String.raw`^[ \t]*#[ \t]*${path.at(-1)}[ \t]*=.*$`, "gm");
  example.lastIndex = section.header.end;
  for (let found = example.exec(text); found; found = example.exec(text)) {
    const { index: start } = found;
    if (start >= end) break;
    // A line of a text of several lines may look like a comment.
    if (section.pairs.some((pair) => pair.start <= start && start < pair.end)) continue;
    return newLine(text, { start, end: start + found[0].length }, pair);
  }
  const last = section.pairs.findLast(({ nested }) => !nested);
  return newLine(text, last ?? section.header, pair);
}

/** A line of its own below the one that ends what stands at `after`, indented as that is. */
function newLine(text: string, after: Span, pair: string): Change {
  const lineStart = after.start === 0 ? 0 : text.lastIndexOf("\n", after.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, after.start))![0];
  const newline = text.indexOf("\n", after.end);
  const end = newline < 0 ? text.length : newline + 1;
  const lead = newline < 0 ? breakOf(text) : "";
  return { start: end, end, text: `${lead}${indent}${pair}${breakOf(text)}` };
}

function appendSection(text: string, path: readonly string[], literal: string): Change {
  const line = breakOf(text);
  const gap = text.trim() === "" ? "" : text.endsWith("\n") ? line : line + line;
  const pair = `${path.at(-1)} = ${literal}${line}`;
  const section = path.slice(0, -1).join(".");
  return { start: text.length, end: text.length, text: `${gap}[${section}]${line}${pair}` };
}

/** The line break that the text uses. */
function breakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}
