import { parse } from "@std/toml";
import { configText, type Text } from "../i18n/mod.ts";
import { isPlainToml } from "./plain_toml.ts";
import type { TomlPlaces } from "./toml_places.ts";

/** A table of TOML. A key may have any name: ask {@linkcode entryOf}, not the table itself. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** A TOML text that was read. */
export interface TomlDocument {
  readonly text: string;
  readonly values: TomlTable;
  /** Where each value stands; absent until somebody needs it. */
  readonly places?: TomlPlaces;
}

/** What is wrong with a TOML text, and where. */
export interface TomlProblem {
  readonly text: Text;
  /** From 1. */
  readonly line: number;
}

/** At least one. */
type Problems = readonly [TomlProblem, ...TomlProblem[]];

/**
 * Reads a TOML text. What is valid is `@std/toml`'s to say, but it lets pass what a person would
 * want to be told: a key twice, two keys on a line, a number that is rounded. Unless the text is too
 * plain for that, `toml-eslint-parser` looks at it too, which takes its time to load.
 *
 * @returns the document, or all its problems in the order of the text.
 */
export async function readToml(
  text: string,
): Promise<{ readonly document: TomlDocument } | { readonly problems: Problems }> {
  const source = text.replace(/^\ufeff/, "");
  const read = parsed(source);
  const isSure = "values" in read && isPlainToml(source) && holdsIntegers(read.values);
  if (!isSure) {
    const { findTomlProblems } = await import("./toml_problems.ts");
    const [first, ...others] = findTomlProblems(source);
    if (first) return { problems: [first, ...others] };
  }
  if ("problem" in read) return { problems: [read.problem] };
  return { document: { text: source, values: read.values } };
}

/** The document with the places of its values. */
export async function withPlaces(document: TomlDocument): Promise<TomlDocument> {
  const { findPlaces } = await import("./toml_places.ts");
  return { ...document, places: findPlaces(document.text) };
}

function parsed(source: string): { values: TomlTable } | { problem: TomlProblem } {
  try {
    return { values: parse(source.replaceAll("\r\n", "\n")) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = Number(/^Parse error on line (\d+)/.exec(error.message)?.[1] ?? 1);
    return { problem: { text: configText.notToml, line } };
  }
}

/** False where a whole number may have been rounded. */
function holdsIntegers(value: unknown): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== "object" || value === null || Object.values(value).every(holdsIntegers);
}

/** Whether a value of TOML is a table. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

/** The value of a table's own key. */
export function entryOf(table: TomlTable, key: string): unknown {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
