import { parse } from "yaml";

/** @throws what the library throws where a text is no YAML, or would grow without bounds. */
export function parseYaml(text: string): unknown {
  return parse(text, { logLevel: "silent", maxAliasCount: 100 });
}
