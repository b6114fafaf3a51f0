import type { Attempt, Executor, OnOutput, RunStatus } from "../../executor/mod.ts";
import { type Text, textOf } from "../../i18n/mod.ts";
import type { Logger } from "../../log/mod.ts";
import { abortable, backoff, type Clock, retry, sleepAwake, within } from "../../util/mod.ts";

/** Seconds between the polite end of a container and the hard one. */
export const GRACE_SECS = 10;
/** For a stop and what the engine adds to it, milliseconds. */
const STOP_MS = 2_000 * GRACE_SECS;
/** The longest wait between two tries to stop a container, milliseconds. */
const STOP_AGAIN_MS = 30_000;
/**
 * How long an engine that is well is waited for to give the end of a log, milliseconds: a call that hangs
 * is given up after 60 s, and what follows it may be slow.
 */
const LOG_END_MS = 180_000;
/** A removal may keep the end of a drain waiting for this long. */
const REMOVAL_MS = 30_000;

export const ABSENT: RunStatus = { state: "absent" };

/** The id of the run that is seen: after a lost answer the row does not have it yet. */
export function runIdOf(status: RunStatus): string {
  if (status.state === "absent") throw new Error("a step of a run without a run");
  return status.runId;
}

/** What a {@linkcode TaskContainer} works with. */
export interface ContainerDeps {
  readonly executor: Executor;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the executor has to know of the attempt, as it is now. */
  readonly attempt: () => Attempt;
  /** The end of this program. */
  readonly shutdown: AbortSignal;
}

/** When a container's time is over. */
export interface TimeLimit {
  /** Milliseconds that it may run; 0 for ever. */
  readonly limitMs: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** How long the machine had been up then, milliseconds. @default {nobody knows} */
  readonly startedUp?: number | null;
  /** It is to be stopped at once. */
  readonly isOver: boolean;
  /** Called before it is stopped because its time is over: it was seen under way after that. */
  readonly onOver: () => void;
  readonly signal: AbortSignal;
}

/** The container of an attempt at work: its log, its time limit, its end, and its removal. */
export class TaskContainer {
  readonly #deps: ContainerDeps;
  #log: Promise<void> | undefined;
  /** When it was started, on the monotonic clock. */
  #startedMono: number | undefined;
  #removal: Promise<void> = Promise.resolve();

  constructor(deps: ContainerDeps) {
    this.#deps = deps;
  }

  /**
   * Follows the container's output into the log file, from now to the container's end.
   *
   * @param onOutput is given the output, too
   * @returns whether that was going on already
   */
  followLog(runId: string, onOutput?: OnOutput): boolean {
    if (this.#log) return true;
    const { executor, attempt, log, shutdown } = this.#deps;
    this.#log = executor.log(attempt(), runId, shutdown, onOutput).catch((error) => {
      if (!shutdown.aborted) log.warn(textOf(error), { task: attempt().taskId });
    });
    return false;
  }

  /**
   * Waits until the whole output is in the log file: for as long as the engine is away, and for a bounded
   * time while it is well.
   *
   * @param onObstacle is told what of the engine it waits for
   * @throws the signal's reason
   */
  async logEnd(
    signal: AbortSignal,
    onObstacle: (obstacle: Text | undefined) => void = () => {},
  ): Promise<void> {
    const { clock, executor } = this.#deps;
    const ended = async () => {
      await abortable(this.#log ?? Promise.resolve(), signal);
      return true;
    };
    for (let wasWell = false; !await within(LOG_END_MS, ended, { clock });) {
      const obstacle = await executor.obstacle(signal);
      onObstacle(obstacle);
      // It may have come back in this moment only.
      if (!obstacle && wasWell) return;
      wasWell = !obstacle;
    }
  }

  /** Waits for the end of the container, and brings it about when its time is over. */
  async end(runId: string, limit: TimeLimit): ReturnType<Executor["wait"]> {
    const { attempt, executor } = this.#deps;
    const over = new AbortController();
    const signal = AbortSignal.any([limit.signal, over.signal]);
    const ended = executor.wait(runId, signal);
    ended.catch(() => {});
    try {
      if (!limit.isOver) {
        if (limit.limitMs === 0) return await ended;
        const timer = this.#untilElapsed(limit, signal);
        timer.catch(() => {});
        const first = await Promise.race([ended, timer]);
        if (first) return first;
        // While the engine was away it can have ended by itself.
        const looking = this.#surely(() => executor.status(attempt(), signal), signal);
        looking.catch(() => {});
        const { state } = await Promise.race([ended, looking]);
        if (state !== "running") return await ended;
        limit.onOver();
      }
      await this.#surely(() => executor.stop(runId, GRACE_SECS, signal), signal);
      return await ended;
    } finally {
      over.abort();
    }
  }

  /** Stops it; for when nobody waits for its end any more. */
  async stop(runId: string): Promise<void> {
    const { executor, clock } = this.#deps;
    await within(STOP_MS, (signal) => executor.stop(runId, GRACE_SECS, signal), { clock });
  }

  /** Removes a container whose outputs are safe; what fails here is the janitor's. */
  remove(runId: string, onRemoved: () => void): void {
    const { executor, clock } = this.#deps;
    this.#removal = within(REMOVAL_MS, async (signal) => {
      await executor.remove(runId, signal);
      onRemoved();
    }, { clock }).catch(() => {});
  }

  /** Settles when the executor was told to remove it. */
  removed(): Promise<void> {
    return this.#removal;
  }

  /** A new container: its time starts anew, and it has an output of its own. */
  startOver(): void {
    this.#startedMono = undefined;
    this.#log = undefined;
  }

  /** Milliseconds that it has run, counted on the monotonic clock from here on. */
  #elapsed({ startedAt, startedUp }: TimeLimit): number {
    const { clock } = this.#deps;
    this.#startedMono ??= clock.now() - ranBefore(startedAt, startedUp, clock);
    return clock.now() - this.#startedMono;
  }

  /** Waits until it has run for so many milliseconds. The machine's sleep does not count. */
  async #untilElapsed(limit: TimeLimit, signal: AbortSignal): Promise<void> {
    await sleepAwake(limit.limitMs - this.#elapsed(limit), {
      signal,
      onSlept: (slept) => this.#startedMono! += slept,
      clock: this.#deps.clock,
    });
  }

  /** An engine that is away for a moment must not let a run go on past its time. */
  #surely<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { attempt, clock, log } = this.#deps;
    const wait = (error: unknown, failures: number) => {
      log.warn(textOf(error), { task: attempt().taskId });
      const ms = backoff(failures, { maxMs: STOP_AGAIN_MS, random: clock.random });
      return clock.sleep(ms, signal);
    };
    return retry(call, { signal, wait });
  }
}

/** By the wall clock, which may have been set meanwhile, only where the machine's uptime tells nothing. */
function ranBefore(
  startedAt: number,
  startedUp: number | null | undefined,
  clock: Clock,
): number {
  const ran = clock.uptime() - (startedUp ?? Infinity);
  return ran >= 0 ? ran : Math.max(0, clock.wall() - startedAt);
}
