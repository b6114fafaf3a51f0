import { joined } from "../util/mod.ts";

/** One piece of a container's output, as the engine kept it: a line, or 16 KiB of a longer one. */
export interface LogFrame {
  readonly stream: "stdout" | "stderr";
  /** When it was written, RFC 3339 with nanoseconds by the engine's clock; set when asked for. */
  readonly time?: string;
  readonly data: Uint8Array;
}

/** The bytes are not a log stream, or end in the middle of a frame. */
export class BadLogStream extends Error {}

/** The engine says inside the stream that it could not go on. */
export class LogStreamFailed extends Error {}

const HEADER_BYTES = 8;
/** Engines write frames of 16 KiB; a longer one is handed on in pieces of this, so memory is bounded. */
const PIECE_BYTES = 1024 * 1024;
/** `2006-01-02T15:04:05.000000000Z` has 30 characters, with an offset instead of Z 35. */
const TIME_BYTES = 40;

/**
 * Takes the engine's log stream apart. Chunks may be split anywhere. Frames with more than 1 MiB come
 * in pieces of 1 MiB, always cut at the same places. `data` may share memory with the chunk.
 *
 * @throws {BadLogStream} when the bytes cannot be such a stream, or end in the middle of a frame.
 * @throws {LogStreamFailed} with the engine's words when it reports an error in the stream.
 */
export async function* logFrames(
  chunks: AsyncIterable<Uint8Array>,
  { timestamps }: { readonly timestamps: boolean },
): AsyncGenerator<LogFrame> {
  const header = new Uint8Array(HEADER_BYTES);
  let headerFilled = 0;
  /** Payload bytes of the frame that are not handed on yet. */
  let missing = 0;
  /** The start of the piece under way, where it came in an earlier chunk. */
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let firstPiece = true;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      if (headerFilled < HEADER_BYTES) {
        const taken = chunk.subarray(at, at + HEADER_BYTES - headerFilled);
        header.set(taken, headerFilled);
        headerFilled += taken.length;
        at += taken.length;
        if (headerFilled < HEADER_BYTES) break;
        missing = frameLength(header);
        firstPiece = true;
      } else {
        const wanted = Math.min(missing, PIECE_BYTES) - heldBytes;
        const taken = chunk.subarray(at, at + wanted);
        at += taken.length;
        if (taken.length < wanted) {
          // A copy: holding on to a slice would keep its whole chunk in memory.
          held.push(taken.slice());
          heldBytes += taken.length;
          break;
        }
        const piece = heldBytes === 0 ? taken : joined([...held, taken]);
        held = [];
        heldBytes = 0;
        missing -= piece.length;
        yield frame(header[0], piece, timestamps && firstPiece);
        firstPiece = false;
      }
      if (missing === 0) headerFilled = 0;
    }
  }
  if (headerFilled > 0) throw new BadLogStream("it ends in the middle of a frame");
}

function frameLength(header: Uint8Array): number {
  if (header[0] > 3 || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) {
    throw new BadLogStream(`a frame begins with ${header.subarray(0, 4).join(" ")}`);
  }
  return new DataView(header.buffer).getUint32(4);
}

function frame(kind: number, piece: Uint8Array, timed: boolean): LogFrame {
  if (kind === 3) throw new LogStreamFailed(new TextDecoder().decode(piece.subarray(0, 4096)));
  const stream = kind === 2 ? "stderr" : "stdout";
  if (!timed) return { stream, data: piece };
  const length = timeLength(piece);
  if (length === 0) return { stream, data: piece };
  const time = String.fromCharCode(...piece.subarray(0, length));
  return { stream, time, data: piece.subarray(length + 1) };
}

/** How many bytes of a time stand at the front, 0 for none. It runs for every line: no regular expression. */
function timeLength(piece: Uint8Array): number {
  const space = piece.subarray(0, TIME_BYTES).indexOf(0x20);
  if (space < 20) return 0;
  for (let at = 0; at < space; at++) if (!isTimeByte(piece[at])) return 0;
  return piece[4] === 0x2d && piece[10] === 0x54 ? space : 0;
}

/** A digit or one of `- : . + T Z`. */
function isTimeByte(byte: number): boolean {
  return byte >= 0x2d && byte <= 0x3a && byte !== 0x2f || byte === 0x54 || byte === 0x5a ||
    byte === 0x2b;
}
