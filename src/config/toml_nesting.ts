/** Nobody's configuration nests deeper; a hostile one must not exhaust the stack. */
export const MAX_DEPTH = 20;

/** Texts and comments, whose brackets do not count; a key of too many parts; brackets. */
const TOKEN = new RegExp(
  String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|#.*` +
    String.raw`|(?<long>(?:[\w-]+[ \t]*\.[ \t]*){${MAX_DEPTH}})|(?<open>[[{])|(?<close>[\]}])`,
  "g",
);

/** Where brackets or keys are nested more than {@linkcode MAX_DEPTH} deep in a TOML text, if they are. */
export function findTooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { index, groups } of text.matchAll(TOKEN)) {
    if (groups?.long !== undefined) return index;
    if (groups?.open !== undefined && ++depth > MAX_DEPTH) return index;
    if (groups?.close !== undefined && depth > 0) depth--;
  }
  return undefined;
}
