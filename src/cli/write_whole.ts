import { Failure, systemErrorOf, systemTrouble } from "../i18n/mod.ts";

/** How long to wait for a pipe that takes nothing just now, milliseconds. */
const FULL_PIPE_MS = 5;
/** Bytes that a pipe takes all or none of (PIPE_BUF): of a longer write nobody says how far it came. */
const PIPE_BYTES = Deno.build.os === "linux" ? 4096 : 512;

/** Something to write to: stdout or stderr. */
export interface Sink {
  writeSync(data: Uint8Array): number;
}

/**
 * Writes whole, also into a pipe that others have set not to wait. A reader that has gone is no error:
 * `agent-core tasks | head`. @returns whether there is still a reader
 */
export function writeWhole(sink: Sink, bytes: Uint8Array): boolean {
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += sink.writeSync(bytes.subarray(sent, sent + PIPE_BYTES));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) return false;
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS);
    }
  }
  return true;
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
