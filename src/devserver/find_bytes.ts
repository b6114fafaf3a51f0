/** Bytes that something ends with. */
export interface Ending {
  readonly length: number;
  /** Where it begins first in `bytes`, else -1. */
  find(bytes: Uint8Array): number;
}

/** Prepares the search for `needle`: it looks at about one byte in `needle.length` (Horspool). */
export function finder(needle: Uint8Array): Ending {
  const last = needle.length - 1;
  const skip = new Uint16Array(256).fill(needle.length);
  for (let at = 0; at < last; at++) skip[needle[at]] = last - at;
  return {
    length: needle.length,
    find: (bytes) => {
      for (let end = last; end < bytes.length; end += skip[bytes[end]]) {
        let at = last;
        while (at >= 0 && bytes[end - last + at] === needle[at]) at--;
        if (at < 0) return end - last;
      }
      return -1;
    },
  };
}

/** The end of a line of HTTP. */
export const END_OF_LINE = finder(fromLatin1("\r\n"));
/** The end of the headers of HTTP. */
export const END_OF_HEAD = finder(fromLatin1("\r\n\r\n"));

/** Bytes as a string of one character each. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/** The bytes of a string that {@linkcode latin1} made. */
export function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
