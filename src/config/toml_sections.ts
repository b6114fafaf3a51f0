import type { AST } from "toml-eslint-parser";
import { namesOf } from "./toml_places.ts";

/** A part of the text, as offsets. */
export interface Span {
  readonly start: number;
  /** The first offset after it. */
  readonly end: number;
}

/** `key = value`; the span reaches from the key to the end of the value. */
export interface Pair extends Span {
  /** With its section. */
  readonly path: readonly string[];
  readonly value: AST.TOMLContentNode;
  /** It stands in the braces of another one's value. */
  readonly nested: boolean;
}

/** A section: its header (none for the top of the file) and what stands below it. */
export interface Section {
  readonly header?: Span;
  readonly path: readonly string[];
  /** One of `[[sections]]`. */
  readonly list: boolean;
  /** Those in the braces of another one follow it. */
  readonly pairs: readonly Pair[];
}

/** The sections of a TOML text in their order; the first is the top of the file. */
export function findSections(program: AST.TOMLProgram, text: string): Section[] {
  const nodes = program.body[0].body;
  const top = nodes.filter((node) => node.type === "TOMLKeyValue");
  const sections: Section[] = [{ path: [], list: false, pairs: [...findPairs(top, [], false)] }];
  for (const node of nodes) {
    if (node.type === "TOMLKeyValue") continue;
    const path = namesOf(node.key);
    const list = node.kind === "array";
    const close = list ? "]]" : "]";
    const end = text.indexOf(close, node.key.range[1]) + close.length;
    const pairs = [...findPairs(node.body, path, false)];
    sections.push({ header: { start: node.range[0], end }, path, list, pairs });
  }
  return sections;
}

function* findPairs(
  nodes: readonly AST.TOMLKeyValue[],
  above: readonly string[],
  nested: boolean,
): Generator<Pair> {
  for (const { key, value, range: [start, end] } of nodes) {
    const path = [...above, ...namesOf(key)];
    yield { path, value, nested, start, end };
    if (value.type === "TOMLInlineTable") yield* findPairs(value.body, path, true);
  }
}
