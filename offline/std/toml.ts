/** Stand-in for the part of `@std/toml` that agent-core uses, over npm's `smol-toml`. */
import { parse as parseToml, TomlDate, TomlError } from "smol-toml";

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
    return asReal(parseToml(text, { integersAsBigInt: "asNeeded" })) as Record<
      string,
      unknown
    >;
  } catch (error) {
    if (!(error instanceof TomlError)) {
      // Such as a text that nests too deep: the real one has no other errors either.
      throw new SyntaxError(`Parse error on line 1, column 0: ${error}`);
    }
    const reason = error.message.split("\n", 1)[0].replace(/^Invalid TOML document: /, "");
    const place = `line ${error.line}, column ${Math.max(0, error.column - 1)}`;
    throw new SyntaxError(`Parse error on ${place}: ${reason}`);
  }
}

/** Integers beyond 2^53 are rounded in silence, as by the real one. */
function asReal(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asReal);
  // A time without a day is a text there.
  if (value instanceof TomlDate && value.isTime()) return value.toISOString();
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asReal(item)]));
}
