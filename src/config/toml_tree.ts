import { configText } from "../i18n/mod.ts";
import { lineFinder } from "./lines.ts";
import { shown, shownKey } from "./shown.ts";
import { decodeScalar, type TomlScalar } from "./toml_scalar.ts";
import { TomlProblem } from "./toml_cursor.ts";
import { scanToml, type TomlBlock, type TomlEntry, type TomlValue } from "./toml_scan.ts";

/** A value with the place where it stands. */
export type TomlNode = TomlLeaf | TomlList | TomlTable;

/** A single value. */
export interface TomlLeaf {
  readonly kind: "leaf";
  readonly value: TomlScalar;
  /** As it stands in the text, quotes included. */
  readonly raw: string;
  readonly offset: number;
}

/** A list; `growing`: one of `[[sections]]`. */
export interface TomlList {
  readonly kind: "list";
  readonly items: TomlNode[];
  readonly growing: boolean;
  readonly offset: number;
}

/** A table. `origin` says what made it, and so what may still be added to it. */
export interface TomlTable {
  readonly kind: "table";
  readonly entries: Map<string, TomlNode>;
  /** `path`: only named on the way to a sub-section so far. */
  origin: "path" | "header" | "dotted" | "inline";
  offset: number;
}

/** A text that was read: what it says, and what is wrong with it. */
export interface TomlDocument {
  readonly text: string;
  readonly blocks: readonly TomlBlock[];
  readonly root: TomlTable;
  readonly problems: readonly TomlProblem[];
  /** Line of an offset, from 1. */
  readonly line: (offset: number) => number;
}

/** What is needed while the tree grows. */
interface Builder {
  readonly text: string;
  readonly line: (offset: number) => number;
  readonly problems: TomlProblem[];
}

/**
 * Reads a TOML text, by the rules of TOML 1.0: a key or section that is there twice is a problem,
 * also where a lenient parser would let the last one win. With problems of layout the tree is
 * empty: what could be read of such a text says nothing reliable.
 */
export function parseToml(text: string): TomlDocument {
  const { blocks, problems } = scanToml(text);
  const line = lineFinder(text);
  const root = newTable("header", 0);
  if (problems.length > 0) return { text, blocks, root, problems, line };
  const builder: Builder = { text, line, problems };
  for (const block of blocks) {
    const section = block.header?.path ?? [];
    // Entries below a header that is itself a problem are checked apart from all others.
    const table = attempt(builder, () => open(builder, root, block)) ?? newTable("header", 0);
    for (const entry of block.entries) attempt(builder, () => add(builder, table, entry, section));
  }
  return { text, blocks, root, problems, line };
}

function newTable(origin: TomlTable["origin"], offset: number): TomlTable {
  return { kind: "table", entries: new Map(), origin, offset };
}

function attempt<T>({ problems }: Builder, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof TomlProblem)) throw error;
    problems.push(error);
    return undefined;
  }
}

/** The table that a header begins. */
function open(builder: Builder, root: TomlTable, { header }: TomlBlock): TomlTable {
  if (!header) return root;
  const twice = (first: number) => {
    const key = `[${shownKey(header.path)}]`;
    const text = configText.sectionTwice({ key, first: builder.line(first) });
    return new TomlProblem(text, header.start);
  };
  let table = root;
  for (const part of header.path.slice(0, -1)) {
    let next = table.entries.get(part);
    if (!next) table.entries.set(part, next = newTable("path", header.start));
    if (next.kind === "list" && next.growing) next = next.items.at(-1)!;
    if (next.kind !== "table" || next.origin === "inline") throw twice(next.offset);
    table = next;
  }
  const last = header.path.at(-1)!;
  const there = table.entries.get(last);
  if (header.list) {
    const item = newTable("header", header.start);
    if (!there) {
      table.entries.set(last, { kind: "list", items: [item], growing: true, offset: header.start });
    } else if (there.kind === "list" && there.growing) there.items.push(item);
    else throw twice(there.offset);
    return item;
  }
  if (there?.kind === "table" && there.origin === "path") {
    return Object.assign(there, { origin: "header", offset: header.start });
  }
  if (there) throw twice(there.offset);
  const made = newTable("header", header.start);
  table.entries.set(last, made);
  return made;
}

/** Adds `path = value` to the table in which it stands. */
function add(
  builder: Builder,
  table: TomlTable,
  entry: TomlEntry,
  above: readonly string[],
): void {
  const full = [...above, ...entry.path];
  const twice = (first: number) => {
    const text = configText.keyTwice({ key: shownKey(full), first: builder.line(first) });
    return new TomlProblem(text, entry.start);
  };
  for (const part of entry.path.slice(0, -1)) {
    let next = table.entries.get(part);
    if (!next) table.entries.set(part, next = newTable("dotted", entry.start));
    if (next.kind !== "table" || next.origin !== "dotted") throw twice(next.offset);
    table = next;
  }
  const last = entry.path.at(-1)!;
  const there = table.entries.get(last);
  if (there) throw twice(there.offset);
  table.entries.set(last, toNode(builder, entry.value, full));
}

function toNode(builder: Builder, value: TomlValue, key: readonly string[]): TomlNode {
  const { start: offset } = value;
  if (value.kind === "list") {
    const items = value.items.map((item) => toNode(builder, item, key));
    return { kind: "list", items, growing: false, offset };
  }
  if (value.kind === "inline") {
    const table = newTable("inline", offset);
    for (const entry of value.entries) attempt(builder, () => add(builder, table, entry, key));
    closeInline(table);
    return table;
  }
  const raw = builder.text.slice(offset, value.end);
  const decoded = decodeScalar(raw);
  if (decoded === undefined) {
    const found = shown(key, raw);
    throw new TomlProblem(configText.integerTooLarge({ key: shownKey(key), found }), offset);
  }
  return { kind: "leaf", value: decoded, raw, offset };
}

/** Nothing may be added to what stood in braces, its dotted parts included. */
function closeInline(table: TomlTable): void {
  table.origin = "inline";
  for (const node of table.entries.values()) {
    if (node.kind === "table" && node.origin === "dotted") closeInline(node);
  }
}
