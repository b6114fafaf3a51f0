/** A colour or another attribute of the letters that follow (ECMA-48, SGR). */
// deno-lint-ignore no-control-regex
const COLOR = /^\x1b\[[0-9;]*m$/;
/**
 * What a terminal would obey or hide: control sequences (ESC [ …), operating system commands and other
 * strings (ESC ] … BEL), every other control character, and the marks that turn the direction of
 * writing round.
 */
const STEERING =
  // deno-lint-ignore no-control-regex
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** How {@linkcode harmless} treats colours. */
export interface HarmlessOptions {
  /** Keeps the colours that are in the text. @default {false} */
  readonly colors?: boolean;
}

/**
 * Makes a text safe to be shown in a terminal: whole control sequences are left out, other control
 * characters become visible (`\x07`), a carriage return ends the line. Line breaks and tabs stay, and
 * so do colours if asked for; they end with their line.
 */
export function harmless(text: string, { colors = false }: HarmlessOptions = {}): string {
  return text.replaceAll(/\r+\n/g, "\n").replaceAll("\r", "\n").split("\n")
    .map((line) => harmlessLine(line, colors)).join("\n");
}

function harmlessLine(line: string, colors: boolean): string {
  let colored = false;
  const safe = line.replaceAll(STEERING, (found) => {
    if (colors && COLOR.test(found)) {
      colored = !/^.\[0?m$/.test(found);
      return found;
    }
    return found.length > 1 ? "" : visible(found);
  });
  return colored ? `${safe}\x1b[0m` : safe;
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
