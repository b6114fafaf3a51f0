/** Control characters, line separators, and those that turn the direction of the text that follows. */
// deno-lint-ignore no-control-regex
export const UNSEEN = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * The beginning of `words` that fits into `bytes` bytes of UTF-8, cut between characters: what a
 * person sees as one character (a letter with its accents, a family of emoji) is kept or left whole,
 * unless it alone is too long.
 */
export function shortenBytes(words: string, bytes: number): string {
  if (words.length * 3 <= bytes) return words;
  const encoder = new TextEncoder();
  if (words.length <= bytes && encoder.encode(words).length <= bytes) return words;
  let result = "";
  let left = bytes;
  // More than `bytes` characters never fit, so that a huge text costs no more than a small one.
  for (
    const { segment } of new Intl.Segmenter().segment(words.slice(0, bytes + 1).toWellFormed())
  ) {
    left -= encoder.encode(segment).length;
    if (left < 0) break;
    result += segment;
  }
  return result;
}

/**
 * Splits a name before its extension (`report` and `.pdf`; `.tar.gz` is one). A dot at the start or
 * the end begins no extension, and neither does one with a long tail.
 */
export function splitExtension(name: string): {
  readonly stem: string;
  readonly extension: string;
} {
  const match = /^(.+?)((?:\.tar)?\.[^\s./\\]{1,16})$/su.exec(name);
  return match ? { stem: match[1], extension: match[2] } : { stem: name, extension: "" };
}

/** A name for people: control characters visible, at most `length` characters, cut in the middle. */
export function printableName(name: string, length = 200): string {
  const half = Math.floor(length / 2) - 1;
  const cut = name.length > length ? `${name.slice(0, half)}…${name.slice(-half)}` : name;
  const shown = cut.toWellFormed().replaceAll(UNSEEN, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return shown.length > 3 * length ? shown.slice(0, 3 * length) : shown;
}
