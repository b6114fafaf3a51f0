import { type Ending, latin1 } from "./find_bytes.ts";

/** The other side has closed the connection, or it was cut, in the middle of something. */
export class ConnectionGone extends Error {
  override readonly name = "ConnectionGone";
}

const CAPACITY = 64 * 1024;

/** Reads a connection through one buffer of 64 KiB. What `take` gives is valid until the next `fill`. */
export class ByteReader {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(CAPACITY);
  #start = 0;
  #end = 0;
  #filling: Promise<boolean> | undefined;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** How many bytes are there without waiting. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Takes at most `most` of the bytes that are there. */
  take(most: number): Uint8Array {
    const from = this.#start;
    this.#start = Math.min(this.#end, from + most);
    return this.#buffer.subarray(from, this.#start);
  }

  /** Waits for more bytes; false at the end of the stream. Two callers may wait for the same bytes. */
  fill(): Promise<boolean> {
    this.#filling ??= this.#read().finally(() => this.#filling = undefined);
    return this.#filling;
  }

  async #read(): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#end === CAPACITY) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#end === CAPACITY) throw new ConnectionGone("more than 64 KiB without an end");
    const count = await this.#conn.read(this.#buffer.subarray(this.#end)).catch(() => null);
    if (count === null) return false;
    this.#end += count;
    return true;
  }

  /**
   * Takes everything up to and with `ending`, each byte as one character; undefined at the end of the
   * stream. @throws {ConnectionGone} when it does not end within 64 KiB
   */
  async takeUntil(ending: Ending): Promise<string | undefined> {
    for (;;) {
      const at = ending.find(this.#buffer.subarray(this.#start, this.#end));
      if (at >= 0) return latin1(this.take(at + ending.length));
      if (!await this.fill()) return undefined;
    }
  }
}
