import { schedulerText, type Text } from "../i18n/mod.ts";
import type { DiskWatch } from "./disk_watch.ts";
import type { Deps } from "./deps.ts";

/** How long a look holds: a queue of tasks needs no look for each. Milliseconds. */
const FRESH_MS = 1_000;

/** Why no new task may be taken: too many undelivered results, a full disk, an engine that is away. */
export class Obstacles {
  readonly #deps: Deps;
  readonly #disk: DiskWatch;
  #lookedAt = -Infinity;
  #present: Text | undefined;
  readonly #waitedFor: () => Text | undefined;

  /** @param waitedFor what a task that this agent has already waits for, on this machine */
  constructor(deps: Deps, disk: DiskWatch, waitedFor: () => Text | undefined) {
    this.#deps = deps;
    this.#disk = disk;
    this.#waitedFor = waitedFor;
  }

  /** What the last look found. */
  get present(): Text | undefined {
    return this.#present ?? this.#waitedFor();
  }

  /** Whether a task can be taken now. */
  async none(signal: AbortSignal): Promise<boolean> {
    if (this.#deps.clock.now() - this.#lookedAt > FRESH_MS) await this.look(signal);
    return this.present === undefined;
  }

  /** Looks, and logs what has changed. */
  async look(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const found = await this.#find(signal);
    // A disk that has some bytes less than a moment ago is no news.
    const words = (text?: Text) => text?.en.replaceAll(/\d+/g, "");
    if (words(found) !== words(this.#present)) {
      if (found) log.warn(schedulerText.notTaking({ reason: found }));
      else log.info(schedulerText.takingAgain);
    }
    this.#present = found;
    this.#lookedAt = clock.now();
  }

  async #find(signal: AbortSignal): Promise<Text | undefined> {
    const { executor, journal, owner, config } = this.#deps;
    const count = journal.undelivered(owner);
    const limit = config.retention.maxUndelivered;
    if (count >= limit) return schedulerText.tooManyUndelivered({ count, limit });
    return await this.#disk.obstacle() ?? await executor.obstacle(signal) ?? this.#waitedFor();
  }
}
