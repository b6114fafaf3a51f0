/** Counts requests a key in a sliding window. */
export class RateLimit {
  readonly #asked = new Map<string, number[]>();

  /** Counts one more request unless the window is full; a refused one is not counted. */
  take(key: string, { limit, windowMs }: { limit: number; windowMs: number }): boolean {
    if (limit === Infinity) return true;
    const since = performance.now() - windowMs;
    const asked = (this.#asked.get(key) ?? []).filter((time) => time > since);
    this.#asked.set(key, asked);
    if (asked.length >= limit) return false;
    asked.push(performance.now());
    return true;
  }

  /** Forgets all requests, as a Server does that is started anew. */
  clear(): void {
    this.#asked.clear();
  }
}
