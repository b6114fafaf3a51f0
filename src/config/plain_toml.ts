const TEXT = String.raw`"[^"\\\x00-\x08\x0a-\x1f\x7f]*"|'[^'\x00-\x08\x0a-\x1f\x7f]*'`;
const SCALAR = String.raw`(?:${TEXT}|true|false|(?:0|-?[1-9]\d{0,14})(?:\.\d{1,15})?)`;
const LIST = String.raw`\[[ \t]*(?:${SCALAR}[ \t]*(?:,[ \t]*${SCALAR}[ \t]*)*)?\]`;
const PATH = String.raw`[\w-]+(?:\.[\w-]+){0,3}`;
const SECTION = String.raw`\[(?<section>${PATH})\]|\[\[(?<list>${PATH})\]\]`;
const PAIR = String.raw`(?<key>[\w-]+)[ \t]*=[ \t]*(?:${SCALAR}|${LIST})`;
const COMMENT = String.raw`#[^\x00-\x08\x0a-\x1f\x7f]*`;
const LINE = new RegExp(`^[ \\t]*(?<statement>${SECTION}|${PAIR})?[ \\t]*(?:${COMMENT})?$`);

/** What a name stands for; `above`: only named as a part of a section's name so far. */
type Kind = "key" | "section" | "list" | "above";

/**
 * The statements of a TOML text, without comments and empty lines, if it is so plain that no parser can
 * take it for something else: each line empty, a section or one key with a short value, and nothing
 * twice. What `agent-core init` writes is. Undefined of any other text.
 */
export function plainStatements(text: string): string | undefined {
  // @std/toml drops a key of that name.
  if (text.includes("__proto__")) return undefined;
  const statements: string[] = [];
  const kinds = new Map<string, Kind>();
  let section = "";
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const groups = LINE.exec(line)?.groups;
    if (!groups) return undefined;
    const { statement, key, list } = groups;
    if (statement === undefined) continue;
    statements.push(statement);
    const header = groups.section ?? list;
    if (header !== undefined) {
      if (!canOpen(kinds, header, list === undefined ? "section" : "list")) return undefined;
      section = list === undefined ? header : `${header} ${index}`;
    } else {
      const name = section === "" ? key : `${section}.${key}`;
      if (kinds.has(name)) return undefined;
      kinds.set(name, "key");
    }
  }
  return statements.join("\n");
}

function canOpen(kinds: Map<string, Kind>, path: string, kind: "section" | "list"): boolean {
  const parts = path.split(".");
  for (let length = 1; length < parts.length; length++) {
    const parent = parts.slice(0, length).join(".");
    const is = kinds.get(parent) ?? "above";
    if (is === "key" || is === "list") return false;
    kinds.set(parent, is);
  }
  const is = kinds.get(path);
  kinds.set(path, kind);
  return is === undefined || (kind === "list" ? is === "list" : is === "above");
}
