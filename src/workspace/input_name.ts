import { shortenBytes, splitExtension, UNSEEN } from "./shorten.ts";

/** Bytes that a file name may have on the usual file systems (NAME_MAX of Linux). */
const MAX_NAME = 255;

/**
 * The name under which an input file is staged: its place in the list and its own name, made
 * harmless. Places have as many digits as the last one needs, at least two, so that names sort in
 * their order and no two are equal, whatever the Server calls the files.
 *
 * @param place 1 for the first
 * @example
 * ```ts
 * inputName("report.pdf", 1, 3); // "01-report.pdf"
 * inputName("../../etc/passwd", 2, 3); // "02-.._.._etc_passwd"
 * ```
 */
export function inputName(
  filename: string,
  place: number,
  count: number,
  os: typeof Deno.build.os = Deno.build.os,
): string {
  const digits = Math.max(2, String(count).length);
  const prefix = `${String(place).padStart(digits, "0")}-`;
  // Far more than a name may have is cut first: an endless one must not cost an endless time.
  const bounded = filename.length > 5000
    ? filename.slice(0, 4000) + filename.slice(-1000)
    : filename;
  let clean = bounded.toWellFormed().replaceAll(UNSEEN, "_").replaceAll(/[/\\]/g, "_");
  if (os === "windows") clean = clean.replaceAll(/[<>:"|?*]/g, "_");
  clean = clean.replace(/[. ]+$/, "");
  if (clean.trim() === "") clean = "file";
  const { stem, extension } = splitExtension(clean);
  const tail = shortenBytes(extension, 80);
  const room = MAX_NAME - prefix.length - new TextEncoder().encode(tail).length;
  // Windows drops a dot or a blank at the end, and a cut may leave one there.
  return (prefix + shortenBytes(stem, room) + tail).replace(/[. ]+$/, "");
}
