import { join } from "@std/path";

import type { Attempt, RunStatus } from "../executor/mod.ts";
import { schedulerText, type Text, textOf } from "../i18n/mod.ts";
import type { AttemptChange, AttemptRow, Ending } from "../journal/mod.ts";
import { abortable, type Clock, sleepAwake, SYSTEM_CLOCK, within } from "../util/mod.ts";
import { needsLook } from "./next_step.ts";
import type { Parts } from "./parts.ts";
import type { UploadPlaces } from "./upload_places.ts";

/** A cancelled run is looked at for this long; then it is taken for gone, and the janitor's. */
const LOOK_MS = 2_000;

/**
 * Trouble of the machine that has lasted so long does not pass by itself any more: a disk that is full or
 * a file server that is away has been seen to within a working day, a bad sector stays. Milliseconds.
 */
const TROUBLE_MS = 6 * 3_600_000;

export const ABSENT: RunStatus = { state: "absent" };

/** One attempt at a task on its way through the states, from wherever its row stands. */
export class AttemptRun {
  row: AttemptRow;
  readonly parts: Parts;
  readonly places: UploadPlaces;
  /** Resolves when the executor holds no slot for this task any more. */
  readonly slotFree: Promise<void>;
  /** Resolves with whether the task is this agent's, as soon as that is known. */
  readonly accepted: Promise<boolean>;
  readonly shutdown: AbortSignal;
  readonly clock: Clock;
  readonly resumed: boolean;
  /** Whether the task is held again, once the Server was asked whether it has ended. */
  asksWhetherEnded: Promise<boolean> | undefined;
  /** Settles when its life here has ended. */
  done: Promise<void> = Promise.resolve();
  /** It is being found out whether a completion was taken: until then nobody else asks for the task. */
  completing = false;
  /** Settles when nobody asks for the task any more. */
  asking: Promise<void> = Promise.resolve();
  /** Settles when the executor was told to remove the run. */
  removal: Promise<void> = Promise.resolve();
  /** What of the machine it waits for, its program not run or its files not collected yet. */
  obstacle: Text | undefined;
  /** The engine's own view of the workspace could not be had: its files are read without it. */
  withoutArchive = false;
  #freeSlot!: () => void;
  #settleAccepted!: (ours: boolean) => void;
  #maybeEnded: boolean;
  readonly #ended: Promise<boolean>;
  #settleEnded!: (ended: boolean) => void;
  #interrupt = new AbortController();
  #status: RunStatus | undefined;
  #log: Promise<void> | undefined;
  #startedMono: number | undefined;

  constructor(
    row: AttemptRow,
    parts: Parts,
    places: UploadPlaces,
    { shutdown, resumed, maybeEnded = false }: {
      readonly shutdown: AbortSignal;
      /** The row is an earlier process's. */
      readonly resumed: boolean;
      /** The Server has given it away, and may have ended it since. @default {false} */
      readonly maybeEnded?: boolean;
    },
  ) {
    this.row = row;
    this.resumed = resumed;
    this.parts = parts;
    this.clock = parts.clock ?? SYSTEM_CLOCK;
    this.places = places;
    this.shutdown = shutdown;
    this.slotFree = new Promise((resolve) => this.#freeSlot = resolve);
    this.accepted = new Promise((resolve) => this.#settleAccepted = resolve);
    this.#ended = new Promise((resolve) => this.#settleEnded = resolve);
    this.#maybeEnded = maybeEnded;
    if (!maybeEnded) this.#settleEnded(false);
  }

  /** Aborted by the agent's shutdown, and by whatever changes what is to be done next. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.shutdown, this.#interrupt.signal]);
  }

  /** The task's user (or the agent's owner, with `cancel`) does not want it any more. */
  cancel(endedBy?: Ending): void {
    if (this.row.cancelledAt !== null || this.row.state === "delivered") return;
    this.update({ cancelledAt: Date.now(), ...(endedBy && { endedBy }) });
    this.tell(schedulerText.cancelSeen);
    this.interrupt("cancel");
  }

  /** Stops the container; what it has made is reported with this reason. */
  end(endedBy: "disk"): void {
    if (this.row.endedBy !== null || this.row.cancelledAt !== null) return;
    this.update({ endedBy });
    this.interrupt(endedBy);
  }

  /**
   * Lets the step under way end, so that the row is looked at anew. It stays in force until
   * {@linkcode attend}: a step is told even where it comes while that step waits for nothing.
   */
  interrupt(reason: string): void {
    this.#interrupt.abort(reason);
  }

  /** The row is about to be looked at: what interrupted the step before is dealt with. */
  attend(): void {
    if (this.#interrupt.signal.aborted) this.#interrupt = new AbortController();
  }

  /** Whether it will occupy one of the executor's slots. */
  get needsSlot(): boolean {
    return this.row.state !== "collected" && this.row.state !== "reporting";
  }

  /** Whether its container has still to end: what has ended is a result, and waits for the Server. */
  get isUnfinished(): boolean {
    return this.needsSlot && this.row.state !== "exited";
  }

  /** Whether what cannot be read of its files is to be left out, and the rest delivered. */
  get isTroubleOver(): boolean {
    return this.row.troubleMs >= TROUBLE_MS;
  }

  /** Adds to the time for which the machine has kept its files from being read, milliseconds. */
  addTrouble(ms: number): void {
    this.update({ troubleMs: this.row.troubleMs + Math.ceil(ms) });
  }

  /**
   * The Server may have it as running, but nobody works on it. Where the Server does not, after all, it
   * is not taken back for the sake of a failure: it is handed out like a new one.
   */
  get isOrphaned(): boolean {
    return this.row.endedBy === "orphaned";
  }

  /** Writes a change of the row down. */
  update(change: AttemptChange): void {
    this.row = this.parts.journal.update(this.row.id, change);
  }

  /** Tells whoever watches what has happened. */
  tell(what: Text, fields: Record<string, string | number> = {}): void {
    this.parts.log.info(what, { task: this.row.taskId, ...this.#attemptField(), ...fields });
    this.parts.onProgress?.(this.row, what);
  }

  /** What is known of the container, until `undefined` makes it be asked for again. */
  saw(status: RunStatus | undefined): void {
    this.#status = status;
  }

  freeSlot(): void {
    this.#freeSlot();
  }

  settleAccepted(ours: boolean): void {
    this.#settleAccepted(ours);
  }

  /** Whether the Server may have ended the task, and has not said so yet. */
  get maybeEnded(): boolean {
    return this.#maybeEnded;
  }

  settleEnded(ended: boolean): void {
    this.#maybeEnded = false;
    this.#settleEnded(ended);
  }

  /** Whether the Server has ended the task while it could hear nothing from here; waits for its word. */
  hasEnded(): Promise<boolean> {
    return abortable(this.#ended, this.signal);
  }

  get attempt(): Attempt {
    const { dataDir } = this.parts.config.paths;
    return {
      taskId: this.row.taskId,
      attempt: this.row.attempt,
      workspace: join(dataDir, "workspaces", this.row.folder),
      logPath: join(dataDir, "logs", `${this.row.folder}.log`),
      ...this.row.runId !== null && { runId: this.row.runId },
    };
  }

  /** Where output files are that are not sent from the workspace itself. */
  get spill(): string {
    return join(this.parts.config.paths.dataDir, "spill", this.row.folder);
  }

  /**
   * Follows the container's output into the log file, from now to the container's end.
   * @returns whether that was going on already
   */
  followLog(runId: string): boolean {
    if (this.#log) return true;
    this.#log = this.parts.executor.log(this.attempt, runId, this.shutdown)
      .catch((error) => {
        if (this.shutdown.aborted) return;
        this.parts.log.warn(textOf(error), { task: this.row.taskId });
      });
    return false;
  }

  /** Waits until the whole output is in the log file. */
  async logEnd(ms: number): Promise<void> {
    await within(ms, () => this.#log ?? Promise.resolve());
    this.#log = undefined;
  }

  /** Milliseconds that the container has run, counted on the monotonic clock from here on. */
  elapsed(startedAt: number): number {
    const { clock } = this;
    this.#startedMono ??= clock.now() - Math.max(0, clock.wall() - startedAt);
    return clock.now() - this.#startedMono;
  }

  /** Waits until the container has run for so many milliseconds. The machine's sleep does not count. */
  async untilElapsed(ms: number, startedAt: number, signal: AbortSignal): Promise<void> {
    await sleepAwake(ms - this.elapsed(startedAt), {
      signal,
      onSlept: (slept) => this.#startedMono! += slept,
      clock: this.clock,
    });
  }

  /** A new container: its time starts anew. */
  resetClock(): void {
    this.#startedMono = undefined;
  }

  /** What the executor says of the run, as far as that matters for the next step. */
  async see(): Promise<RunStatus> {
    if (!needsLook(this.row)) return ABSENT;
    if (this.#status) return this.#status;
    const look = (signal: AbortSignal) => this.parts.executor.status(this.attempt, signal);
    if (this.row.cancelledAt !== null) {
      return await within(LOOK_MS, look).catch(() => undefined) ?? ABSENT;
    }
    return this.#status = await look(this.signal);
  }

  #attemptField(): { attempt?: number } {
    return this.row.attempt > 1 ? { attempt: this.row.attempt } : {};
  }
}
