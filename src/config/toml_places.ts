import type { AST } from "toml-eslint-parser";
import { parseSyntax } from "./toml_syntax.ts";

/** A way to a value, such as `["paths", "mounts", 0]`. */
export type TomlPath = readonly (string | number)[];

/** Where a value stands. */
export interface TomlPlace {
  /** Of its section's header or its key, from 1. */
  readonly line: number;
  /** As it stands in the text, quotes included; of tables empty. */
  readonly raw: string;
}

/** Where the values of a text stand. */
export type TomlPlaces = (path: TomlPath) => TomlPlace | undefined;

/**
 * Finds where the values of a TOML text stand. A text that `toml-eslint-parser` does not take has no
 * places.
 */
export function findPlaces(text: string): TomlPlaces {
  const parsed = parseSyntax(text);
  if ("error" in parsed) return () => undefined;
  const places = new Map<string, TomlPlace>();
  const nameOf = (path: TomlPath) => JSON.stringify(path);
  /** Tables that a longer name only goes through stand where they are named first. */
  const addAbove = (path: TomlPath, least: number, line: number) => {
    for (let length = path.length - 1; length > least; length--) {
      const name = nameOf(path.slice(0, length));
      if (!places.has(name)) places.set(name, { line, raw: "" });
    }
  };
  const addValue = (path: TomlPath, node: AST.TOMLContentNode) => {
    places.set(nameOf(path), { line: node.loc.start.line, raw: text.slice(...node.range) });
    if (node.type === "TOMLArray") {
      node.elements.forEach((element, index) => addValue([...path, index], element));
    } else if (node.type === "TOMLInlineTable") addPairs(path, node.body);
  };
  const addPairs = (above: TomlPath, pairs: readonly AST.TOMLKeyValue[]) => {
    for (const { key, value } of pairs) {
      const path = [...above, ...namesOf(key)];
      addAbove(path, above.length, key.loc.start.line);
      addValue(path, value);
    }
  };
  for (const node of parsed.program.body[0].body) {
    if (node.type === "TOMLKeyValue") addPairs([], [node]);
    else {
      const { line } = node.loc.start;
      addAbove(node.resolvedKey, 0, line);
      places.set(nameOf(node.resolvedKey), { line, raw: "" });
      addPairs(node.resolvedKey, node.body);
    }
  }
  return (path) => places.get(nameOf(path));
}

/** The parts of a key, dotted or not. */
export function namesOf(key: AST.TOMLKey): string[] {
  return key.keys.map((part) => part.type === "TOMLBare" ? part.name : part.value);
}
