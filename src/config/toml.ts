import { parse } from "@std/toml";
import type { Text } from "../i18n/mod.ts";
import { plainStatements } from "./plain_toml.ts";
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

/**
 * Reads a TOML text. A plain one is read by `@std/toml`. That lets pass what a person would want to be
 * told (a key twice, two keys on a line, a number that it rounds) and refuses some texts that are fine
 * (`[executor.gpu]` above `[executor]`), so any other text is read by `toml-eslint-parser`, which knows
 * the lines too, but takes its time to load.
 *
 * @returns the document, or all its problems in the order of the text.
 */
export async function readToml(
  text: string,
): Promise<{ readonly document: TomlDocument } | { readonly problems: readonly TomlProblem[] }> {
  const source = text.replace(/^\ufeff/, "");
  const plain = plainStatements(source);
  const values = plain === undefined ? undefined : parsed(plain);
  if (values) return { document: { text: source, values } };
  const { examineToml } = await import("./examine_toml.ts");
  const examined = examineToml(source);
  if ("problems" in examined) return examined;
  return { document: { text: source, values: examined.values } };
}

function parsed(source: string): TomlTable | undefined {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The document with the places of its values. */
export async function withPlaces(document: TomlDocument): Promise<TomlDocument> {
  const { findPlaces } = await import("./toml_places.ts");
  return { ...document, places: findPlaces(document.text) };
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
