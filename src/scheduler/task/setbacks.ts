import { schedulerText, type Text, textOf } from "../../i18n/mod.ts";
import { type AttemptRow, type State, STATES } from "../../journal/mod.ts";
import { backoff } from "../../util/mod.ts";
import { DiskFull, freeSpace, MachineTrouble } from "../../workspace/mod.ts";
import type { Attempt } from "./attempt.ts";
import { Interruption } from "./interruption.ts";

/** Failures of one step, with an engine that says it is well, before the task is given up. */
const MAX_FAILURES = 3;
/** The longest wait between two tries of a step, milliseconds. */
const AGAIN_MS = 15_000;
const AFTER_WORSE_MS = 5_000;

/** The states in which only the Server is needed, for as long as it takes. */
const WITH_SERVER: readonly State[] = ["accepting", "collected", "reporting"];

/**
 * What goes wrong on the way to a state that an attempt has not reached yet. What the machine is to blame for
 * never counts against the task: it waits in its slot until that has passed, and can be cancelled
 * meanwhile. Where its files are at stake, the time of that is kept, as it ends at some time.
 */
export class Setbacks {
  readonly #attempt: Attempt;
  /** Failures that nothing but the task explains. */
  #counted = 0;
  /** All of them, for the wait. */
  #inARow = 0;
  /** The last reason that the log has. */
  #said: string | undefined;
  /** Steps in a row that have changed nothing. */
  #idle = 0;
  #furthest: { readonly id: number; readonly state: number };

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    this.#furthest = this.#place();
  }

  /** Starts to count anew once the attempt is further than it ever was. */
  forgetAfterProgress(): void {
    const place = this.#place();
    if (place.id === this.#furthest.id && place.state <= this.#furthest.state) return;
    this.#furthest = place;
    this.#counted = this.#inARow = 0;
    this.#said = undefined;
    this.#attempt.obstacle = undefined;
  }

  /** A step that has changed nothing would do so again at once: waits, from the second one on. */
  async restIfUnchanged(before: AttemptRow): Promise<void> {
    const { row, deps: { clock }, signal } = this.#attempt;
    this.#idle = isSame(row, before) ? this.#idle + 1 : 0;
    if (this.#idle < 2) return;
    const ms = backoff(this.#idle, { baseMs: 100, maxMs: AGAIN_MS, random: clock.random });
    await clock.sleep(ms, signal);
  }

  /**
   * Decides what a failed step means: waits until it is worth another try, or gives the task up.
   *
   * @param began when the step began, on the monotonic clock
   */
  async meet(
    error: unknown,
    began: number,
    giveUp: (problem: Text) => Promise<void>,
  ): Promise<void> {
    const { deps: { clock, log } } = this.#attempt;
    this.#attempt.know(undefined);
    if (this.#isToldElsewhere(error)) return;
    try {
      const problem = await this.#judge(error);
      if (problem) await giveUp(problem);
      else await this.#wait(error, began);
    } catch (worse) {
      // Not even that could be written down: a full disk. The task waits for better times.
      log.error(textOf(worse), { task: this.#attempt.row.taskId });
      await clock.sleep(AFTER_WORSE_MS, this.#attempt.signal).catch(() => {});
    }
  }

  /** An interruption is in the row already, and so is a cancel that was the reason of another error. */
  #isToldElsewhere(error: unknown): boolean {
    const { cancelledAt, report } = this.#attempt.row;
    return error instanceof Interruption ||
      cancelledAt !== null && report?.status !== "cancelled";
  }

  /** @returns why the task is to be given up, if it is */
  async #judge(error: unknown): Promise<Text | undefined> {
    const attempt = this.#attempt;
    const { state, taskId } = attempt.row;
    const reason = textOf(error);
    this.#inARow++;
    if (this.#said !== reason.en) {
      attempt.deps.log.warn(schedulerText.stepAgain({ step: state, reason }), { task: taskId });
    }
    this.#said = reason.en;
    const obstacle = await this.#obstacleFor(error);
    const isForServer = WITH_SERVER.includes(state);
    attempt.obstacle = isForServer ? undefined : obstacle;
    if (obstacle || isForServer || ++this.#counted < MAX_FAILURES) return undefined;
    this.#counted = 0;
    if (state === "accepted") return schedulerText.cannotPrepare({ reason });
    if (state !== "exited") return schedulerText.cannotRun({ reason });
    if (attempt.withoutArchive) return schedulerText.cannotCollect({ reason });
    attempt.withoutArchive = true;
  }

  /** What of this machine explains a failure; undefined where nothing does. */
  async #obstacleFor(error: unknown): Promise<Text | undefined> {
    const { row, shutdown, deps: { config: { disk, paths }, executor } } = this.#attempt;
    // Inputs that find no room, though there is enough without them, are too large by themselves.
    const isByItself = error instanceof DiskFull && row.state === "accepted" &&
      await freeSpace(paths.dataDir) >= disk.minFree;
    if (error instanceof MachineTrouble && !isByItself) return error.text;
    return await executor.obstacle(shutdown);
  }

  async #wait(error: unknown, began: number): Promise<void> {
    const attempt = this.#attempt;
    const { clock } = attempt.deps;
    const isCollecting = attempt.row.state === "exited";
    const ms = backoff(this.#inARow, { maxMs: AGAIN_MS, random: clock.random });
    // To collect can be long work for the disk: no more than half of the time.
    const took = isCollecting ? clock.now() - began : 0;
    await clock.sleep(Math.max(ms, took), attempt.signal).catch(() => {});
    if (isCollecting && error instanceof MachineTrouble) attempt.addTrouble(clock.now() - began);
  }

  #place(): { readonly id: number; readonly state: number } {
    const { id, state } = this.#attempt.row;
    return { id, state: STATES.indexOf(state) };
  }
}

function isSame(a: AttemptRow, b: AttemptRow): boolean {
  return a.id === b.id && a.state === b.state && a.runId === b.runId && a.endedBy === b.endedBy &&
    a.cancelledAt === b.cancelledAt;
}
