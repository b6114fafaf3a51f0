import { joined } from "./joined.ts";

/** What stands where a secret stood. */
const MARK = new TextEncoder().encode("***");
/** Fewer characters of a secret's beginning tell nothing, where the rest of it never came. */
const TELLING = 8;

/** Puts `***` in place of values wherever they are, be it in any number of chunks of a stream. */
export interface Concealer {
  text(text: string): string;
  /** For one stream of bytes, from its beginning. */
  stream(): ConcealedStream;
}

/** One stream of bytes on its way through a {@linkcode Concealer}. */
export interface ConcealedStream {
  /** Takes a chunk, and returns what can be passed on: all but the beginning of what may become a value. */
  push(chunk: Uint8Array): Uint8Array;
  /** The stream has ended: returns the rest. The next chunk begins another one. */
  end(): Uint8Array;
}

/** A concealer that conceals nothing. */
export const OPEN: Concealer = {
  text: String,
  stream: () => ({ push: (chunk) => chunk, end: () => new Uint8Array(0) }),
};

/**
 * Makes a concealer of these values. Where several of them overlap or touch, one mark stands for all of them. It
 * needs some 25 bytes of memory for each byte of the values, and keeps back no more of a stream than the longest of
 * them; the time does not depend on how many there are (Aho and Corasick, 1975).
 */
export function createConcealer(values: Iterable<string>): Concealer {
  const encoder = new TextEncoder();
  const patterns = [...new Set(values)].filter((value) => value !== "").map((value) =>
    encoder.encode(value)
  );
  if (patterns.length === 0) return OPEN;
  const finder = new Finder(patterns);
  const stream = () => new Concealing(finder);
  return {
    stream,
    text(text) {
      const concealing = stream();
      const bytes = encoder.encode(text);
      const [head, tail] = [concealing.push(bytes), concealing.end()];
      if (!concealing.hasFound) return text;
      const decoder = new TextDecoder();
      return decoder.decode(head, { stream: true }) + decoder.decode(tail);
    },
  };
}

/** Finds all of many patterns in one pass. A state is the longest beginning of a pattern that was just read. */
class Finder {
  readonly #children: Int32Array;
  readonly #sibling: Int32Array;
  readonly #byte: Uint8Array;
  readonly #fallback: Int32Array;
  /** The state after a first byte, by that byte: most bytes begin nothing. */
  readonly #first = new Int32Array(256);
  /** Bytes of the beginning that a state stands for. */
  readonly depth: Int32Array;
  /** Bytes of the longest pattern that ends in a state; 0 for none. */
  readonly ending: Int32Array;
  #states = 1;

  constructor(patterns: readonly Uint8Array[]) {
    const most = patterns.reduce((sum, { length }) => sum + length, 1);
    this.#children = new Int32Array(most);
    this.#sibling = new Int32Array(most);
    this.#byte = new Uint8Array(most);
    this.#fallback = new Int32Array(most);
    this.depth = new Int32Array(most);
    this.ending = new Int32Array(most);
    for (const pattern of patterns) this.#add(pattern);
    this.#link();
  }

  /** The state that a byte leads to. */
  next(state: number, byte: number): number {
    for (let from = state; from !== 0; from = this.#fallback[from]) {
      const child = this.#childOf(from, byte);
      if (child !== 0) return child;
    }
    return this.#first[byte];
  }

  #childOf(state: number, byte: number): number {
    if (state === 0) return this.#first[byte];
    let child = this.#children[state];
    while (child !== 0 && this.#byte[child] !== byte) child = this.#sibling[child];
    return child;
  }

  #add(pattern: Uint8Array): void {
    let state = 0;
    for (const byte of pattern) {
      let child = this.#childOf(state, byte);
      if (child === 0) {
        child = this.#states++;
        this.#byte[child] = byte;
        this.depth[child] = this.depth[state] + 1;
        this.#sibling[child] = this.#children[state];
        this.#children[state] = child;
        if (state === 0) this.#first[byte] = child;
      }
      state = child;
    }
    this.ending[state] = pattern.length;
  }

  /** Level by level: where to go on when a beginning does not. */
  #link(): void {
    for (let level = [0]; level.length > 0;) {
      const below: number[] = [];
      for (const state of level) {
        for (let child = this.#children[state]; child !== 0; child = this.#sibling[child]) {
          const fallback = state === 0 ? 0 : this.next(this.#fallback[state], this.#byte[child]);
          this.#fallback[child] = fallback;
          this.ending[child] ||= this.ending[fallback];
          below.push(child);
        }
      }
      level = below;
    }
  }
}

class Concealing implements ConcealedStream {
  readonly #finder: Finder;
  #state = 0;
  /** What may still become part of a value. */
  #held = new Uint8Array(0);
  /** Parts of it that are one, in order: from, to. */
  #covered: [from: number, to: number][] = [];
  /** The last byte that was passed on belonged to a value, and a mark stands for it. */
  #marked = false;
  hasFound = false;

  constructor(finder: Finder) {
    this.#finder = finder;
  }

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : joined([this.#held, chunk]);
    for (let at = this.#held.length; at < bytes.length; at++) {
      this.#state = this.#finder.next(this.#state, bytes[at]);
      const length = this.#finder.ending[this.#state];
      if (length > 0) this.#cover(at + 1 - length, at + 1);
    }
    const sure = bytes.length - this.#finder.depth[this.#state];
    const passed = this.#pass(bytes, sure);
    this.#held = bytes.slice(sure);
    this.#covered = this.#covered.filter(([, to]) => to > sure)
      .map(([from, to]) => [Math.max(0, from - sure), to - sure]);
    return passed;
  }

  end(): Uint8Array {
    const { length } = this.#held;
    // The beginning of a value whose rest never came.
    if (length >= TELLING) this.#cover(0, length);
    const rest = this.#pass(this.#held, length);
    this.#state = 0;
    this.#held = new Uint8Array(0);
    this.#covered = [];
    this.#marked = false;
    return rest;
  }

  #cover(from: number, to: number): void {
    this.hasFound = true;
    let begin = from;
    for (let last = this.#covered.at(-1); last && last[1] >= from; last = this.#covered.at(-1)) {
      begin = Math.min(begin, last[0]);
      this.#covered.pop();
    }
    this.#covered.push([begin, to]);
  }

  /** The bytes up to `sure`, with marks. */
  #pass(bytes: Uint8Array, sure: number): Uint8Array {
    if (this.#covered.length === 0) {
      if (sure > 0) this.#marked = false;
      return bytes.subarray(0, sure);
    }
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const [from, to] of this.#covered) {
      if (from >= sure) break;
      if (from > at) this.#marked = false;
      parts.push(bytes.subarray(at, from));
      if (!this.#marked) parts.push(MARK);
      this.#marked = true;
      at = Math.min(to, sure);
    }
    if (at < sure) this.#marked = false;
    parts.push(bytes.subarray(at, sure));
    return joined(parts);
  }
}
