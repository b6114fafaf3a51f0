import { abortable } from "../../util/mod.ts";

/**
 * Who in this agent asks the Server for a task that it holds already: a report under way, or whoever takes
 * the task back. Never both at a time: of two that are asked at once the second is refused, which would
 * look like a task that has ended.
 */
export class Claim {
  #isReporting = false;
  #asking: Promise<unknown> = Promise.resolve();
  #mayHaveEnded: boolean;
  #askedOnce: Promise<boolean> | undefined;
  readonly #ended = Promise.withResolvers<boolean>();

  /** @param mayHaveEnded the Server has given the task away, and may have ended it since */
  constructor(mayHaveEnded: boolean) {
    this.#mayHaveEnded = mayHaveEnded;
    if (!mayHaveEnded) this.#ended.resolve(false);
  }

  /** A report is under way: it finds out by itself whether the task was handed back. */
  get isReporting(): boolean {
    return this.#isReporting;
  }

  /** Waits until nobody asks for the task. From then on, until {@linkcode endReport}, nobody may. */
  async beginReport(): Promise<void> {
    for (let asking; asking !== this.#asking;) await (asking = this.#asking);
    this.#isReporting = true;
  }

  endReport(): void {
    this.#isReporting = false;
  }

  /** Asks for the task; a report waits for the answer. */
  ask<T>(question: () => Promise<T>): Promise<T> {
    const answer = question();
    const earlier = this.#asking;
    this.#asking = answer.then(() => earlier, () => earlier);
    return answer;
  }

  /** Whether the Server may have ended the task, and has not said so yet. */
  get mayHaveEnded(): boolean {
    return this.#mayHaveEnded;
  }

  /** Asks whether the task has ended, unless that was asked before. @returns what the first one returned */
  askOnce(question: () => Promise<boolean>): Promise<boolean> {
    return this.#askedOnce ??= question().finally(() => this.settle(false));
  }

  /** The Server has said whether the task has ended; its first word holds. */
  settle(ended: boolean): void {
    this.#mayHaveEnded = false;
    this.#ended.resolve(ended);
  }

  /** Whether the Server has ended the task while it could hear nothing from here; waits for its word. */
  hasEnded(signal: AbortSignal): Promise<boolean> {
    return abortable(this.#ended.promise, signal);
  }
}
