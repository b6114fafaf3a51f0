import { configText, type Text, verbatim } from "../i18n/mod.ts";

const LONGEST = 80;

/** A dotted key as a message shows it: what is not a plain name is quoted and escaped. */
export function shownKey(path: readonly string[]): string {
  return path.map((part) => /^[\w-]{1,64}$/.test(part) ? part : visible(JSON.stringify(part)))
    .join(".").slice(0, 4 * LONGEST);
}

/**
 * What was found as the value of a key, as a message shows it: in one line, cut when it is long,
 * and never a secret: nothing of the api key, no credentials of a URL, nothing that looks like a
 * key or a token of the Server.
 */
export function shown(key: readonly string[], found: string): Text {
  if (key.some((part) => /key|token|secret|passw/i.test(part))) return configText.foundHidden;
  const safe = found.trim()
    .replaceAll(/\b(ak|rt)_[\w-]{4,}/g, "$1_***")
    .replaceAll(/\/\/[^\s/"']*@/g, "//***@");
  return verbatim(visible(safe));
}

/** Control and format characters become escapes, so that nothing found can play with a terminal. */
function visible(words: string): string {
  const chars = [...words.slice(0, 2 * LONGEST)];
  const cut = chars.length > LONGEST ? [...chars.slice(0, LONGEST), "…"] : chars;
  return cut.join("").replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => {
    return `\\u{${char.codePointAt(0)!.toString(16)}}`;
  });
}
