import { type AST, ParseError, parseTOML } from "toml-eslint-parser";

/** The syntax tree of a TOML text, or the first error in it. */
export type TomlSyntax = { readonly program: AST.TOMLProgram } | { readonly error: ParseError };

/**
 * Parses a TOML text with all its places, by version 1.1: braces may reach over several lines.
 *
 * A line break is put behind the text: at its very end, toml-eslint-parser 1.0.3 gives a 0 no length.
 */
export function parseSyntax(text: string): TomlSyntax {
  try {
    return { program: parseTOML(`${text}\n`, { tomlVersion: "1.1" }) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { error };
  }
}
