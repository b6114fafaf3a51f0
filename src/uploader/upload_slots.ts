/** How many uploads share the uplink. More would make each slower, and the Server cuts slow ones. */
const SLOTS = 2;

interface Waiting {
  readonly order: number;
  readonly alone: boolean;
  readonly go: () => void;
}

/**
 * Lets a few uploads go at a time, those of the oldest results first. A file that the Server cut for
 * taking too long (408) gets the whole uplink for its next try.
 */
export class UploadSlots {
  #busy = 0;
  readonly #waiting: Waiting[] = [];

  /** Runs `work` when it is its turn. Rejects with the signal's reason while it still waits. */
  async run<T>(
    { order, alone = false, signal }: {
      /** Smaller goes first. */
      readonly order: number;
      readonly alone?: boolean;
      readonly signal: AbortSignal;
    },
    work: () => Promise<T>,
  ): Promise<T> {
    await this.#enter(order, alone, signal);
    const slots = alone ? SLOTS : 1;
    try {
      return await work();
    } finally {
      this.#busy -= slots;
      this.#admit();
    }
  }

  #enter(order: number, alone: boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
        this.#admit();
      };
      const waiting: Waiting = {
        order,
        alone,
        go: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#waiting.sort((a, b) => a.order - b.order);
      this.#admit();
    });
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const slots = first.alone ? SLOTS : 1;
      if (this.#busy + slots > SLOTS) return;
      this.#busy += slots;
      this.#waiting.shift();
      first.go();
    }
  }
}
