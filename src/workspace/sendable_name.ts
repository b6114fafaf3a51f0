import { createHash } from "node:crypto";
import { shortenBytes, splitExtension } from "./shorten.ts";

/** Bytes of UTF-8 that a name sent to the Server has at most, so that a report of 200 stays small. */
export const MAX_SENT_NAME = 800;

// Control characters but tab: the Server refuses them (C1 too, to be safe with every reader).
// deno-lint-ignore no-control-regex
const UNSENDABLE = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

/**
 * One part of a path as the Server can take it. What has to be changed gets a hash of the real name,
 * so that `a<newline>b` and `a_b` beside each other stay two files. `taken` says whether a name is
 * another entry's of the same folder.
 */
export function sendableSegment(
  segment: string,
  taken: (candidate: string) => boolean = () => false,
): string {
  const clean = segment.toWellFormed().replaceAll(UNSENDABLE, "_").replace(/\\+$/, (tail) => {
    return "_".repeat(tail.length);
  });
  if (clean === segment) return segment;
  const { stem, extension } = splitExtension(clean);
  for (let n = 0;; n++) {
    const candidate = `${stem}~${hash(`${segment}\0${n}`).slice(0, 8)}${extension}`;
    if (!taken(candidate)) return candidate;
  }
}

/** A path that is too long to be sent, shortened: its beginning, a hash of all of it, its last part. */
export function sendablePath(path: string): string {
  if (byteLength(path) <= MAX_SENT_NAME) return path;
  const last = path.slice(path.lastIndexOf("/") + 1);
  const { stem, extension } = splitExtension(last);
  const name = `${shortenBytes(stem, 200)}${shortenBytes(extension, 40)}`;
  const start = shortenBytes(path.slice(0, path.length - last.length), 400).replace(/[/\\]+$/, "");
  return `${start}/~${hash(path).slice(0, 32)}/${name}`;
}

/** Gives out names, each only once: a name that is taken gets a number before its extension. */
export function createNameClaims(): (name: string) => string {
  const given = new Set<string>();
  return (name) => {
    let claimed = name;
    for (let n = 2; given.has(claimed); n++) {
      const folder = name.slice(0, name.lastIndexOf("/") + 1);
      const { stem, extension } = splitExtension(name.slice(folder.length));
      claimed = `${folder}${stem}~${n}${extension}`;
    }
    given.add(claimed);
    return claimed;
  };
}

function hash(words: string): string {
  return createHash("sha256").update(words).digest("hex");
}

function byteLength(words: string): number {
  return words.length * 3 <= MAX_SENT_NAME ? 0 : new TextEncoder().encode(words).length;
}
