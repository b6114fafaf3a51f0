import { configText, reasonOf } from "../i18n/mod.ts";
import { joined } from "../util/mod.ts";
import { ConfigFailure, ConfigMissing } from "./problems.ts";

/** A configuration file as it was read. */
export interface ConfigFile {
  /** With the byte order mark, if there is one. */
  readonly text: string;
  readonly info: Deno.FileInfo;
}

/** Longer is no configuration, but some other file. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a configuration file, following links.
 *
 * @throws {ConfigMissing} if there is none, {@linkcode ConfigFailure} if it cannot be read or is
 * not UTF-8.
 */
export function readConfig(path: string): ConfigFile {
  try {
    const info = Deno.statSync(path);
    if (!info.isFile) {
      throw new ConfigFailure(path, [{ text: configText.notAFile({ file: path }) }]);
    }
    using file = Deno.openSync(path, { read: true });
    const bytes = readAtMost(file, MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      const size = { bytes: Math.max(info.size, bytes.length), limit: MAX_BYTES };
      throw new ConfigFailure(path, [{ text: configText.tooLong({ file: path, ...size }) }]);
    }
    return { text: decode(path, bytes), info };
  } catch (error) {
    if (error instanceof ConfigFailure) throw error;
    if (error instanceof Deno.errors.NotFound) throw new ConfigMissing(path, { cause: error });
    throw new ConfigFailure(path, [{
      text: configText.unreadable({ file: path, reason: reasonOf(error) }),
    }], { cause: error });
  }
}

function readAtMost(file: Deno.FsFile, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let left = limit; left > 0;) {
    const part = new Uint8Array(Math.min(left, 16_384));
    const read = file.readSync(part);
    if (read === null) break;
    parts.push(part.subarray(0, read));
    left -= read;
  }
  return joined(parts);
}

/** Keeps the byte order mark: an edit must write it back. */
function decode(path: string, bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const line = badLine(bytes);
    const place = configText.placeInFile({ file: path, line });
    const text = configText.atPlace({ place, words: configText.notUtf8 });
    throw new ConfigFailure(path, [{ text, line }], { cause });
  }
}

/** The first line that is not UTF-8: no character of it crosses a line break. */
function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let line = 1, start = 0;; line++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}
