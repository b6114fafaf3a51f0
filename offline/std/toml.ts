/** Stand-in for the part of `@std/toml` that agent-core uses, over npm's `smol-toml`. */
import { parse as parseToml, TomlError } from "smol-toml";

/**
 * Parses TOML 1.0. Stricter than the real one where that one is lenient (a key twice is an error here,
 * there the last one wins); the program looks for these before it parses.
 *
 * @throws {SyntaxError} "Parse error on line L, column C: …", L from 1, C from 0.
 */
export function parse(text: string): Record<string, unknown> {
  if (text.startsWith("\uFEFF")) {
    throw new SyntaxError("Parse error on line 1, column 0: Unexpected byte order mark");
  }
  try {
    return roundIntegers(parseToml(text, { integersAsBigInt: "asNeeded" })) as Record<
      string,
      unknown
    >;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n", 1)[0].replace(/^Invalid TOML document: /, "");
    const place = `line ${error.line}, column ${Math.max(0, error.column - 1)}`;
    throw new SyntaxError(`Parse error on ${place}: ${reason}`);
  }
}

/** Integers beyond 2^53 are rounded in silence by the real one. */
function roundIntegers(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(roundIntegers);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, roundIntegers(item)]));
}
