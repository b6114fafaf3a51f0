/** So many of the last lines are kept. */
const KEPT = 400;

/** What was decided, line by line: the last lines, and a mark of all of them. */
export class Trace {
  /** Is given every line. */
  onLine: (line: string) => void = () => {};
  readonly #last: string[] = [];
  #lines = 0;
  #hash = 0x811c9dc5;

  note(now: number, who: string, what: string): void {
    const line = `${now.toFixed(3)} ${who}: ${what}`;
    this.#lines++;
    let hash = this.#hash;
    for (let at = 0; at < line.length; at++) {
      hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
    }
    this.#hash = hash;
    this.#last[this.#lines % KEPT] = line;
    this.onLine(line);
  }

  /** The same for two runs that took the same decisions. */
  get mark(): string {
    return `${this.#lines}:${(this.#hash >>> 0).toString(16).padStart(8, "0")}`;
  }

  /** The last lines, oldest first. */
  last(most: number): string[] {
    const first = Math.max(1, this.#lines - Math.min(most, KEPT) + 1);
    return Array.from(
      { length: this.#lines - first + 1 },
      (_, n) => this.#last[(first + n) % KEPT],
    );
  }
}
