import { type ByteReader, ConnectionGone } from "./byte_reader.ts";
import { END_OF_LINE } from "./find_bytes.ts";

/** The Server itself cuts the connection here. */
export class CutHere extends Error {
  override readonly name = "CutHere";
}

/** The body of a request, read piece by piece. */
export interface RequestBody {
  /**
   * The next piece, valid until the next call; undefined at the end.
   * @throws {ConnectionGone} when the client is gone before the end
   * @throws {CutHere} where {@linkcode RequestBody.cutAfter} says so
   */
  read(): Promise<Uint8Array | undefined>;
  /** All of it was read. */
  readonly ended: boolean;
  /** How much is still to come, as far as the client said so. */
  readonly left: number;
  /** From now on every `read` is refused. */
  stop(): void;
  /** After so many more bytes `read` throws. */
  cutAfter(bytes: number): void;
}

/** How a body is framed. */
export interface BodyFrame {
  readonly chunked: boolean;
  readonly length: number;
  /** Called before the first piece is waited for: the place for `100 Continue`. */
  readonly onFirstRead: () => Promise<void>;
}

/** The body that follows a request's head. */
export function createBody(reader: ByteReader, frame: BodyFrame): RequestBody {
  let left = frame.chunked ? 0 : frame.length;
  let ended = !frame.chunked && left === 0;
  let started = false;
  let inChunks = false;
  let stopped = false;
  let allowed = Infinity;

  /** Bytes of the body from what was framed already, at most `left`. */
  async function piece(): Promise<Uint8Array> {
    if (reader.size === 0 && !await reader.fill()) throw new ConnectionGone("in a request's body");
    if (stopped) throw new ConnectionGone("the request was answered already");
    const bytes = reader.take(Math.min(left, allowed));
    left -= bytes.length;
    allowed -= bytes.length;
    return bytes;
  }

  async function line(): Promise<string> {
    const text = await reader.takeUntil(END_OF_LINE);
    if (text === undefined) throw new ConnectionGone("in a chunk");
    return text;
  }

  /** Reads the next chunk's size into `left`; 0 is the last one. */
  async function nextChunk(): Promise<void> {
    if (inChunks) await line();
    inChunks = true;
    const size = await line();
    if (!/^[0-9a-f]{1,12}[\s;]/i.test(size)) throw new ConnectionGone("in a chunk");
    left = parseInt(size, 16);
    if (left > 0) return;
    while (await line() !== "\r\n");
    ended = true;
  }

  async function read(): Promise<Uint8Array | undefined> {
    if (stopped) throw new ConnectionGone("the request was answered already");
    if (!started && !ended) await frame.onFirstRead();
    started = true;
    if (frame.chunked && left === 0 && !ended) await nextChunk();
    // A cut after more bytes than the body has comes at its end.
    if (allowed === 0 || (ended && allowed < Infinity)) throw new CutHere();
    if (ended) return undefined;
    const bytes = await piece();
    ended = !frame.chunked && left === 0;
    return bytes;
  }

  return {
    read,
    get ended() {
      return ended;
    },
    get left() {
      return frame.chunked && !ended ? Infinity : left;
    },
    stop: () => {
      stopped = true;
    },
    cutAfter: (bytes) => {
      allowed = bytes;
    },
  };
}
