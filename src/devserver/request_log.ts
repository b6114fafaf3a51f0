import type { RequestFacts, RequestRecord } from "./records.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A record that is still being written. */
export type OpenRecord = Mutable<RequestRecord>;

/** Remembers the last requests and tells who listens. */
export class RequestLog {
  readonly #most: number;
  readonly #records: OpenRecord[] = [];
  readonly #listeners = new Set<(record: RequestRecord) => void>();
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Oldest first. */
  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  /** Remembers a request whose head has come, and tells of it. */
  begin(facts: RequestFacts): OpenRecord {
    const record: OpenRecord = {
      id: ++this.#count,
      time: Date.now(),
      ...facts,
      answered: false,
      ended: false,
    };
    this.#records.push(record);
    // Dropping a tenth at a time keeps this cheap however many requests come.
    if (this.#records.length > this.#most) this.#records.splice(0, Math.ceil(this.#most / 10));
    this.tell(record);
    return record;
  }

  onRequest(listener: (record: RequestRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(record: OpenRecord): void {
    const copy = { ...record };
    for (const listener of [...this.#listeners]) listener(copy);
  }
}
