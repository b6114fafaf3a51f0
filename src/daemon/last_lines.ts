import { fill } from "../util/mod.ts";

/** Which lines {@linkcode lastLines} gives. */
export interface LastLinesOptions {
  /** @default {20} */
  readonly lines?: number;
  /** Bytes read from the end at most. @default {16384} */
  readonly maxBytes?: number;
  /** Only what comes after this many bytes; from the beginning if the file is shorter. @default {0} */
  readonly from?: number;
}

/** The last lines of a text file, without the final newline; "" when it is not there or empty. */
export async function lastLines(
  path: string,
  { lines = 20, maxBytes = 16 * 1024, from = 0 }: LastLinesOptions = {},
): Promise<string> {
  try {
    using file = await Deno.open(path, { read: true });
    const { size } = await file.stat();
    const first = from > size ? 0 : from;
    const start = Math.max(first, size - maxBytes);
    await file.seek(start, Deno.SeekMode.Start);
    const buffer = new Uint8Array(size - start);
    const read = buffer.subarray(0, await fill(file, buffer));
    const text = new TextDecoder().decode(read).trimEnd();
    const all = text.split("\n");
    // The first one is only the end of a line when reading began in its middle.
    if (start > first && all.length > 1) all.shift();
    return all.slice(-lines).join("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
