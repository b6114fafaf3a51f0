import { Failure, systemErrorOf, systemTrouble } from "../../i18n/mod.ts";

/** Pause before a full pipe is written to again, milliseconds. */
const FULL_PIPE_MS = 5;
/** A write of at most so many bytes goes into a pipe whole or not at all (PIPE_BUF); of a longer one a part may. */
const PIPE_BYTES = Deno.build.os === "linux" ? 4096 : 512;
/** Deno's stdout is Rust's LineWriter: up to so many bytes behind the last line break it keeps for the next write. */
const HELD_BYTES = 1024;
const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

/** Something to write to: stdout or stderr. */
export interface Sink {
  writeSync(data: Uint8Array): number;
}

/**
 * Writes whole, also into a pipe that others have set not to wait. A reader that has gone is no error:
 * `agent-core tasks | head`. @returns whether there is still a reader
 */
export function writeWhole(sink: Sink, bytes: Uint8Array): boolean {
  const holds = sink === Deno.stdout;
  try {
    for (let sent = 0; sent < bytes.length;) {
      const piece = pieceAt(bytes, sent);
      if (holds && piece.length < HELD_BYTES && piece.at(-1) !== NEWLINE) {
        // Rust has kept the piece even where it says that it could not send it: only the sending is tried again.
        if (!succeeds(sink, piece)) { while (!succeeds(sink, NOTHING)) pause(); }
      } else while (!succeeds(sink, piece)) pause();
      sent += piece.length;
    }
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** What is taken whole or not at all: up to the end of a line, if there is one near enough. */
function pieceAt(bytes: Uint8Array, from: number): Uint8Array {
  const most = bytes.subarray(from, from + PIPE_BYTES);
  const line = most.lastIndexOf(NEWLINE) + 1;
  return line > 0 ? most.subarray(0, line) : most;
}

/** Whether a write went through; false when the pipe was full. */
function succeeds(sink: Sink, piece: Uint8Array): boolean {
  try {
    for (let sent = 0; sent < piece.length;) sent += sink.writeSync(piece.subarray(sent));
    if (piece.length === 0) sink.writeSync(piece);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.WouldBlock) return false;
    throw error;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS);
}

/**
 * As {@linkcode writeWhole}, to stdout.
 *
 * @throws {Failure} when the system refuses it: a full disk behind `> file`.
 */
export function writeOut(bytes: Uint8Array): boolean {
  try {
    return writeWhole(Deno.stdout, bytes);
  } catch (error) {
    const refused = systemErrorOf(error);
    if (!refused) throw error;
    const text = systemTrouble({ code: refused.code, operation: "write", path: "stdout" });
    throw new Failure(text, { cause: error });
  }
}
