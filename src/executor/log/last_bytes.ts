/** Remembers the last `limit` bytes of whatever passes by, in at most twice that memory. */
export class LastBytes {
  readonly #limit: number;
  #buffer = new Uint8Array(1024);
  #filled = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(bytes: Uint8Array): void {
    const tail = bytes.length > this.#limit ? bytes.subarray(bytes.length - this.#limit) : bytes;
    const needed = this.#filled + tail.length;
    if (needed > this.#buffer.length && this.#buffer.length < 2 * this.#limit) {
      const larger = new Uint8Array(Math.min(2 * this.#limit, 2 * needed));
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    if (needed > this.#buffer.length) {
      const kept = this.#limit - Math.min(this.#limit, tail.length);
      this.#buffer.copyWithin(0, this.#filled - kept, this.#filled);
      this.#filled = kept;
    }
    this.#buffer.set(tail, this.#filled);
    this.#filled += tail.length;
  }

  clear(): void {
    this.#filled = 0;
  }

  /** The bytes as text; a character cut in two at the beginning is left out. */
  text(): string {
    let start = Math.max(0, this.#filled - this.#limit);
    if (start > 0) {
      // Bytes 10xxxxxx continue a character of UTF-8 that began before.
      const end = Math.min(start + 3, this.#filled);
      while (start < end && (this.#buffer[start] & 0xc0) === 0x80) start++;
    }
    return new TextDecoder().decode(this.#buffer.subarray(start, this.#filled));
  }
}
