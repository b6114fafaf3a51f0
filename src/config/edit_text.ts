import type { Setting } from "./key_spec.ts";
import { plain } from "./settings.ts";
import { tomlLiteral } from "./toml_literal.ts";
import type { TomlBlock, TomlEntry, TomlValue } from "./toml_scan.ts";
import { parseToml, type TomlDocument } from "./toml_tree.ts";

/** A place in the text and what comes there instead of what it holds. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sets one key in a TOML text and leaves everything else as it is: comments, layout, line breaks.
 * A key that is not there yet goes to the end of its section, below its commented-out example if
 * there is one, or into a new section at the end. Undefined where the text has no place for it, or
 * where the result would not say what was meant.
 */
export function setInText(text: string, key: string, value: Setting): string | undefined {
  const document = parseToml(text);
  if (document.problems.length > 0) return undefined;
  const path = key.split(".");
  const literal = tomlLiteral(value);
  const change = replaceValue(document, path, literal) ??
    insertInBraces(document.blocks, path, literal) ??
    insertAfterDotted(document, path, literal) ??
    insertInSection(document, path, literal) ??
    appendSection(document, path, literal);
  const edited = text.slice(0, change.start) + change.text + text.slice(change.end);
  return saysTheSameBut(document, parseToml(edited), path, value) ? edited : undefined;
}

/** Whether `after` is `before` with the key set to the value, and nothing else changed. */
function saysTheSameBut(
  before: TomlDocument,
  after: TomlDocument,
  path: readonly string[],
  value: Setting,
): boolean {
  if (after.problems.length > 0) return false;
  const expected = plain(before.root) as Record<string, unknown>;
  let table = expected;
  for (const part of path.slice(0, -1)) {
    const next = table[part] ??= Object.create(null);
    if (typeof next !== "object" || next === null || Array.isArray(next)) return false;
    table = next as Record<string, unknown>;
  }
  table[path.at(-1)!] = value;
  return canonical(expected) === canonical(plain(after.root));
}

/** The same text for the same values, whatever the order of keys. Tells Infinity and NaN apart. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  const entries = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((part, index) => path[index] === part);
}

/** Every entry with its whole path, those in braces included. */
function* allEntries(
  blocks: readonly TomlBlock[],
): Generator<{ full: string[]; entry: TomlEntry; block: TomlBlock; nested: boolean }> {
  for (const block of blocks) {
    if (block.header?.list) continue;
    const above = block.header?.path ?? [];
    for (const { full, entry } of below(block.entries, above)) {
      yield { full, entry, block, nested: !block.entries.includes(entry) };
    }
  }
}

function* below(
  entries: readonly TomlEntry[],
  above: readonly string[],
): Generator<{ full: string[]; entry: TomlEntry }> {
  for (const entry of entries) {
    const full = [...above, ...entry.path];
    yield { full, entry };
    if (entry.value.kind === "inline") yield* below(entry.value.entries, full);
  }
}

function replaceValue(
  { blocks }: TomlDocument,
  path: readonly string[],
  literal: string,
): Change | undefined {
  for (const { full, entry } of allEntries(blocks)) {
    if (full.length !== path.length || !startsWith(full, path)) continue;
    if (entry.value.kind === "inline") return undefined;
    return { start: entry.value.start, end: entry.value.end, text: literal };
  }
  return undefined;
}

/** `agent = { name = "x" }`: behind the last key in the braces. */
function insertInBraces(
  blocks: readonly TomlBlock[],
  path: readonly string[],
  literal: string,
): Change | undefined {
  let best: { full: string[]; value: TomlValue & { kind: "inline" } } | undefined;
  for (const { full, entry: { value } } of allEntries(blocks)) {
    const above = value.kind === "inline" && full.length < path.length && startsWith(path, full);
    if (above && full.length > (best?.full.length ?? 0)) best = { full, value };
  }
  if (!best) return undefined;
  const pair = `${path.slice(best.full.length).join(".")} = ${literal}`;
  const last = best.value.entries.at(-1);
  if (last) return { start: last.end, end: last.end, text: `, ${pair}` };
  return { start: best.value.start + 1, end: best.value.end - 1, text: ` ${pair} ` };
}

/** `agent.name = "x"`: below the last such line, in the same spelling. */
function insertAfterDotted(
  document: TomlDocument,
  path: readonly string[],
  literal: string,
): Change | undefined {
  let place: { entry: TomlEntry; above: readonly string[]; depth: number } | undefined;
  for (const { full, entry, block, nested } of allEntries(document.blocks)) {
    const above = block.header?.path ?? [];
    if (nested || !startsWith(path, above)) continue;
    let depth = 0;
    while (depth < Math.min(full.length, path.length) - 1 && full[depth] === path[depth]) depth++;
    if (depth > above.length && depth >= (place?.depth ?? 0)) place = { entry, above, depth };
  }
  if (!place) return undefined;
  return newLine(document, place.entry, `${path.slice(place.above.length).join(".")} = ${literal}`);
}

/** At the end of `[section]`, but below a commented-out line for the same key. */
function insertInSection(
  document: TomlDocument,
  path: readonly string[],
  literal: string,
): Change | undefined {
  const index = document.blocks.findIndex(({ header }) => {
    return header && !header.list && header.path.length === path.length - 1 &&
      startsWith(path, header.path);
  });
  const block = document.blocks[index];
  if (!block?.header) return undefined;
  const pair = `${path.at(-1)} = ${literal}`;
  const end = document.blocks[index + 1]?.header?.start ?? document.text.length;
  const example = new RegExp(String.raw`^[ \t]*#[ \t]*${path.at(-1)}[ \t]*=.*$`, "gm");
  example.lastIndex = block.header.end;
  for (let found = example.exec(document.text); found; found = example.exec(document.text)) {
    const { index: start } = found;
    if (start >= end) break;
    // A line of a text of several lines may look like a comment.
    if (block.entries.some((entry) => entry.start <= start && start < entry.end)) continue;
    return newLine(document, { start, end: start + found[0].length }, pair);
  }
  return newLine(document, block.entries.at(-1) ?? block.header, pair);
}

/** A line of its own below the one that ends what stands at `after`, indented as that is. */
function newLine(
  { text }: TomlDocument,
  after: { readonly start: number; readonly end: number },
  pair: string,
): Change {
  const lineStart = text.lastIndexOf("\n", after.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, after.start))![0];
  const newline = text.indexOf("\n", after.end);
  const end = newline < 0 ? text.length : newline + 1;
  const lead = newline < 0 ? breakOf(text) : "";
  return { start: end, end, text: `${lead}${indent}${pair}${breakOf(text)}` };
}

function appendSection(
  { text, blocks }: TomlDocument,
  path: readonly string[],
  literal: string,
): Change {
  const line = breakOf(text);
  const empty = text.replace(/^\ufeff/, "").trim() === "";
  const gap = empty ? "" : text.endsWith("\n") ? line : line + line;
  const pair = `${path.at(-1)} = ${literal}${line}`;
  const section = path.slice(0, -1).join(".");
  // A key without a section can only stand above all sections.
  if (section === "") {
    const start = blocks[1]?.header?.start ?? text.length;
    return { start, end: start, text: pair };
  }
  return { start: text.length, end: text.length, text: `${gap}[${section}]${line}${pair}` };
}

/** The line break that the text uses. */
function breakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}
