import { fill } from "../../util/mod.ts";
import type { App } from "../app.ts";
import { harmless } from "../terminal/harmless.ts";
import { writeOut } from "../terminal/write_whole.ts";

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;
/** Characters of a line without an end that are kept back at most. */
const MAX_HELD = 64 * 1024;

/** Where a log is shown. */
export interface LogOutput {
  /** The reader has gone: `agent-core logs | head`. */
  readonly closed: boolean;
  /** Shows a file from this byte on. @returns where it ended */
  file(path: string, offset: number): Promise<number>;
  /** Shows what was kept back of a line without an end. */
  end(): void;
}

/**
 * Shows logs on stdout: byte for byte into a pipe or a file, and made harmless on a terminal, whatever
 * a container has printed.
 */
export function createLogOutput({ colors }: Pick<App, "colors">): LogOutput {
  const isTerminal = Deno.stdout.isTerminal();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(CHUNK_BYTES);
  let held = "";
  let closed = false;

  const write = (bytes: Uint8Array) => {
    if (!writeOut(bytes)) closed = true;
  };
  const show = (bytes: Uint8Array) => {
    if (!isTerminal) return write(bytes);
    held += decoder.decode(bytes, { stream: true });
    // Whole lines, so that no control sequence is cut in two and so gets through.
    const end = held.length > MAX_HELD ? held.length : held.lastIndexOf("\n") + 1;
    write(encoder.encode(harmless(held.slice(0, end), { colors })));
    held = held.slice(end);
  };
  return {
    get closed() {
      return closed;
    },
    async file(path, offset) {
      using file = await Deno.open(path, { read: true });
      await file.seek(offset, Deno.SeekMode.Start);
      let position = offset;
      for (;;) {
        const count = await file.read(buffer);
        if (count === null || closed) return position;
        position += count;
        show(buffer.subarray(0, count));
      }
    },
    end() {
      if (held !== "") write(encoder.encode(harmless(held, { colors }) + "\n"));
      held = "";
    },
  };
}

/** Where the last lines of a file begin, in bytes; 0 when it has fewer. */
export async function startOfLastLines(path: string, lines: number): Promise<number> {
  using file = await Deno.open(path, { read: true });
  const { size } = await file.stat();
  const buffer = new Uint8Array(CHUNK_BYTES);
  let left = lines;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES);
    await file.seek(start, Deno.SeekMode.Start);
    const count = await fill(file, buffer.subarray(0, end - start));
    for (let at = count - 1; at >= 0; at--) {
      // Behind the break at the very end there is no further line.
      if (buffer[at] !== NEWLINE || start + at === size - 1) continue;
      if (--left <= 0) return lines === 0 ? size : start + at + 1;
    }
    end = start;
  }
  return lines === 0 ? size : 0;
}
