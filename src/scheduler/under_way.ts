import { textOf } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import type { Deps } from "./deps.ts";
import { gpuRoom } from "./gpu_leases.ts";
import { Attempt, type AttemptOptions } from "./task/attempt.ts";
import { runTask } from "./task/run_task.ts";

/** What {@linkcode UnderWay} works with. */
export interface UnderWayOptions {
  readonly deps: Deps;
  readonly shutdown: AbortSignal;
  readonly onSlotFree: () => void;
  /** One of them has ended. */
  readonly onEnd: () => void;
}

/** The attempts that are on their way, at most one a task, and the slots that they hold. */
export class UnderWay {
  readonly #options: UnderWayOptions;
  readonly #attempts = new Map<string, Attempt>();
  readonly #holding = new Set<Attempt>();
  readonly #ends = new Set<Promise<void>>();

  constructor(options: UnderWayOptions) {
    this.#options = options;
  }

  /** By task. */
  get attempts(): ReadonlyMap<string, Attempt> {
    return this.#attempts;
  }

  /** Those that occupy one of the executor's slots. */
  get holding(): ReadonlySet<Attempt> {
    return this.#holding;
  }

  /** Slots that are occupied, of all that there are. */
  get load(): number {
    return Math.min(this.#holding.size, this.#slots);
  }

  /** Tasks that could be taken now: there is a slot for each, and the GPUs that it needs. */
  get room(): number {
    return Math.min(this.#slots - this.load, gpuRoom(this.#options.deps));
  }

  /** What the Server is to take for the capacity, at least 1: a slot without GPUs is none. */
  get capacity(): number {
    return Math.max(1, this.load + this.room);
  }

  /** Lets a row go its way from wherever it stands. */
  go(row: AttemptRow, options: Omit<AttemptOptions, "shutdown">): Attempt {
    const { deps, shutdown, onSlotFree, onEnd } = this.#options;
    const attempt = new Attempt(row, deps, { shutdown, ...options });
    this.#attempts.set(row.taskId, attempt);
    if (attempt.needsSlot) {
      this.#holding.add(attempt);
      attempt.slotFree.promise.then(() => {
        this.#holding.delete(attempt);
        onSlotFree();
      });
    }
    const end = runTask(attempt).catch((error) => {
      deps.log.error(textOf(error), { task: row.taskId });
    }).finally(() => {
      this.#attempts.delete(row.taskId);
      this.#ends.delete(end);
      onEnd();
    });
    this.#ends.add(end);
    return attempt;
  }

  /** Settles when all that are under way now have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#ends);
  }

  get #slots(): number {
    return this.#options.deps.config.executor.capacity;
  }
}
