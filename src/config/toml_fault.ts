import { configText, type Text } from "../i18n/mod.ts";
import { shown, shownKey } from "./shown.ts";
import { namesOf, type TomlPlaces } from "./toml_places.ts";
import { parseSyntax } from "./toml_syntax.ts";

/** An error of the parser, with the key or section in which it is. */
export interface Fault {
  /** From the beginning of the key's or section's line. */
  readonly statement: string;
  /** Where in it the parser noticed the error. */
  readonly index: number;
  /** The parser's; its errors have nothing else to tell them apart by. */
  readonly message: string;
  /** The section in which the key stands. */
  readonly section: readonly string[];
}

/** What `toml-eslint-parser` says of a key or section that is there already. */
export const TWICE = "Defining a key multiple times is invalid";

/** What it says of brackets that the end of the text leaves open. */
export const UNTERMINATED_ARRAY = "Unterminated array";

const UNCLOSED = (fault: Fault) => configText.listUnclosed({ key: shownKey(keyOf(fault)) });

/** By the texts of `toml-eslint-parser` (src/errors.ts), without what it found. */
const REASONS: ReadonlyMap<string, (fault: Fault) => Text> = new Map([
  ["Unterminated string constant", (fault) => {
    return configText.stringUnclosed({ key: shownKey(keyOf(fault)) });
  }],
  ["Unterminated table-key", () => configText.bracketMissing],
  [UNTERMINATED_ARRAY, UNCLOSED],
  ["Unterminated inline table", UNCLOSED],
  ["Expected comma (,) token", UNCLOSED],
  ["Must be a newline", () => configText.lineNotEnded],
  ["Expected equal (=) token", () => configText.equalsMissing],
  ["Unspecified values are invalid", (fault) => {
    return configText.valueMissing({ key: shownKey(keyOf(fault)) });
  }],
  ["Control characters (codes < 0x1f and 0x7f) are not allowed", () => configText.controlCharacter],
  ["Invalid character in escape sequence", badEscape],
  ["Invalid code point", invalidCodePoint],
  ["Empty bare keys are not allowed", () => configText.badKey],
  ["Keys cannot start with a dot", () => configText.badKey],
  ["Keys cannot end with a dot", () => configText.badKey],
  ["Consecutive dots are not permitted in keys", () => configText.badKey],
]);

/** Says what is wrong in the words of this program. */
export function explainFault(fault: Fault): Text {
  const reason = REASONS.get(fault.message.replace(/(?<=^Invalid code point) .*/, ""));
  return reason ? reason(fault) : unexpected(fault);
}

/** Whether the error is that the end of something is missing. */
export function isUnterminated({ message }: Fault): boolean {
  return message.startsWith("Unterminated");
}

function badEscape(fault: Fault): Text {
  return configText.badEscape({ key: shownKey(keyOf(fault)) });
}

/** In an escape, or as it is in a comment. */
function invalidCodePoint(fault: Fault): Text {
  const isComment = / within comments$/.test(fault.message);
  return isComment ? configText.controlCharacter : badEscape(fault);
}

/** Says what is there twice. `above`: where the values above it stand. */
export function explainTwice(fault: Fault, above: TomlPlaces): Text {
  const { statement, index } = fault;
  const header = statement.trimStart().startsWith("[");
  const key = header ? namesIn(statement) ?? [] : [...keyOf(fault)];
  // In braces: the name itself stands where the error is.
  if (!header && index > statement.indexOf("=")) {
    key.push(...namesIn(`${/^[^=]*/.exec(statement.slice(index))![0]}=0`) ?? []);
  }
  let first: number | undefined;
  for (let length = key.length; length > 0 && first === undefined; length--) {
    first = above(key.slice(0, length))?.line;
  }
  const name = shownKey(key);
  return header && first !== undefined
    ? configText.sectionTwice({ key: `[${name}]`, first })
    : configText.keyTwice({ key: name, first });
}

/** Something that is neither a key nor a value, by where it stands. */
function unexpected(fault: Fault): Text {
  const { statement, index } = fault;
  const equals = statement.indexOf("=");
  if (equals < 0 || index <= equals) {
    const followsKey = /^[ \t]*[\w.-]+[ \t]+$/.test(statement.slice(0, index));
    return followsKey ? configText.equalsMissing : configText.badKey;
  }
  const start = index - /[^\s=,[{]*$/.exec(statement.slice(0, index))![0].length;
  const raw = /^[^\s,\]}#]*/.exec(statement.slice(start))![0];
  if (!/[=,[{]\s*$/.test(statement.slice(0, start))) return UNCLOSED(fault);
  const inBraces = /[{,][ \t]*([^\s{,=]+)[ \t]*=[ \t]*$/.exec(statement.slice(0, start))?.[1];
  const key = [...keyOf(fault), ...inBraces === undefined ? [] : [inBraces]];
  if (raw === "") return configText.valueMissing({ key: shownKey(key) });
  return configText.notAValue({ key: shownKey(key), found: shown(key, raw) });
}

/** The key of a statement with its section, as far as it can be read. */
function keyOf({ statement, section }: Fault): string[] {
  const written = /^[^=\n]*/.exec(statement)![0];
  return [...section, ...namesIn(`${written}=0`) ?? [written.trim()]];
}

/** The names in the first line of a text that is a header or a key with its value. */
export function namesIn(text: string): string[] | undefined {
  const parsed = parseSyntax(text.split("\n", 1)[0]!);
  const node = "error" in parsed ? undefined : parsed.program.body[0].body[0];
  return node && namesOf(node.key);
}
