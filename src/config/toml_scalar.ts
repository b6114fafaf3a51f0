import { parse } from "@std/toml";

/** A date or time of TOML. No key takes one, so that only its text is kept. */
export interface TomlDate {
  readonly date: string;
}

/** What a scalar of TOML can be. */
export type TomlScalar = string | number | boolean | TomlDate;

const DIGITS = String.raw`(?:0|[1-9](?:_?\d)*)`;
const INTEGER = new RegExp(`^[+-]?${DIGITS}$`);
const PREFIXED = /^0(?:x[\da-f](?:_?[\da-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/i;
const FLOAT = new RegExp(
  String.raw`^[+-]?(?:${DIGITS}(?:\.\d(?:_?\d)*)?(?:e[+-]?\d(?:_?\d)*)?|inf|nan)$`,
  "i",
);
const DATE =
  /^(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?)$/;

// Most values are as simple as these two; the rest takes its while.
const PLAIN_INTEGER = /^(?:0|[1-9]\d{0,14})$/;
/** A text in one line without escapes. */
// deno-lint-ignore no-control-regex
const PLAIN_TEXT = /^(?:"[^"\\\x00-\x1f\x7f]*"|'[^'\x00-\x1f\x7f]*')$/;

/** Whether a value without quotes is one of TOML. */
export function isScalar(raw: string): boolean {
  if (raw === "true" || raw === "false" || PLAIN_INTEGER.test(raw)) return true;
  if (/^[+-]?(?:INF|NAN)$/i.test(raw)) return raw === raw.toLowerCase();
  return isInteger(raw) || FLOAT.test(raw) || DATE.test(raw);
}

function isInteger(raw: string): boolean {
  return INTEGER.test(raw) || (PREFIXED.test(raw) && !/^0[XOB]/.test(raw));
}

/**
 * The value of a scalar that {@linkcode scanToml} found. Undefined for a whole number beyond 2^53,
 * which a number of JavaScript cannot hold: some parsers round it in silence.
 */
export function decodeScalar(raw: string): TomlScalar | undefined {
  if (raw === "true" || raw === "false") return raw === "true";
  if (PLAIN_INTEGER.test(raw)) return Number(raw);
  if (PLAIN_TEXT.test(raw)) return raw.slice(1, -1);
  const quoted = /^["']/.test(raw);
  if (!quoted && DATE.test(raw)) return { date: raw };
  if (!quoted && isInteger(raw)) {
    if (raw.length > 80) return undefined;
    const digits = raw.replaceAll("_", "").toLowerCase();
    const whole = BigInt(digits.replace(/^[+-]/, ""));
    if (whole > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  }
  return parse(`value = ${raw.replaceAll("\r\n", "\n")}\n`).value as string | number | boolean;
}
