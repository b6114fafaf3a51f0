import { theWorld } from "./globals.ts";
import type { Chance } from "./random.ts";
import { Unsynced } from "./unsynced.ts";

/** Bytes that are free on a disk with room. */
const ROOM = 2 ** 40;
/** What a full disk still takes when a file was removed from it, bytes of one write of the journal. */
const WRITE = 16 * 1024;

/** The disk of a machine: what fails on it, and what a power cut takes from it. */
export class Disk {
  readonly unsynced = new Unsynced();
  #full = false;
  #freed = 0;
  /** When a call failed last, on the world's clock. */
  failedAt = -Infinity;
  #errors: { left: number; readonly code: string } = { left: 0, code: "EIO" };

  get isFull(): boolean {
    return this.#full;
  }

  fill(): void {
    this.#full = true;
    this.#freed = 0;
  }

  makeRoom(): void {
    this.#full = false;
  }

  /** The next calls fail. */
  failNext(calls: number, code: string): void {
    this.#errors = { left: calls, code };
  }

  /** Nothing fails any more. */
  heal(): void {
    this.makeRoom();
    this.#errors = { left: 0, code: "EIO" };
  }

  get isHealthy(): boolean {
    return !this.#full && this.#errors.left === 0;
  }

  get free(): number {
    return this.#full ? this.#freed : ROOM;
  }

  /** A file was removed: so much of a full disk is free again. */
  give(bytes: number): void {
    if (this.#full) this.#freed += bytes;
  }

  /** @throws the error that a call has to end with */
  check(call: "read" | "write", bytes = 0): void {
    if (this.#errors.left > 0) {
      this.#errors.left--;
      throw this.#failed(this.#errors.code);
    }
    if (call === "write" && !this.#takes(bytes)) throw this.#failed("ENOSPC");
  }

  /** Whether the journal finds room for one more write. */
  takesJournal(): boolean {
    const takes = this.#takes(WRITE);
    if (!takes) this.failedAt = theWorld().now;
    return takes;
  }

  #takes(bytes: number): boolean {
    if (!this.#full || bytes === 0) return true;
    if (this.#freed < bytes) return false;
    this.#freed -= bytes;
    return true;
  }

  #failed(code: string): Error {
    this.failedAt = theWorld().now;
    return systemError(code);
  }

  /** Its machine sleeps for so many milliseconds: whoever was to hear of a failure hears so much later. */
  sleep(ms: number): void {
    this.failedAt += ms;
  }

  /** The power was cut: of what was not synced, some is gone. */
  cut(chance: Chance): void {
    this.unsynced.lose(chance);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "No space left on device (os error 28)",
  EIO: "Input/output error (os error 5)",
  EMFILE: "Too many open files (os error 24)",
};

function systemError(code: string): Error {
  return Object.assign(new Error(WORDS[code] ?? code), { code });
}
