import { type TaskPaths, taskPaths } from "../../data_folder/mod.ts";
import type { Attempt as ExecutorAttempt, RunStatus } from "../../executor/mod.ts";
import { schedulerText, type Text } from "../../i18n/mod.ts";
import type { AttemptChange, AttemptRow, CollectedFile, Ending } from "../../journal/mod.ts";
import { within } from "../../util/mod.ts";
import type { Deps } from "../deps.ts";
import { Claim } from "./claim.ts";
import { ABSENT, TaskContainer } from "./container.ts";
import { Interruption } from "./interruption.ts";
import { needsStatus } from "./next_step.ts";

/** A cancelled run is looked at for this long; then it is taken for gone, and the janitor's. */
const CANCELLED_STATUS_MS = 2_000;

/**
 * Trouble of the machine that has lasted so long does not pass by itself any more: a disk that is full or
 * a file server that is away has been seen to within a working day, a bad sector stays. Milliseconds.
 */
const TROUBLE_MS = 6 * 3_600_000;

/** How an {@linkcode Attempt} begins its life in this process. */
export interface AttemptOptions {
  readonly shutdown: AbortSignal;
  /** The row is an earlier process's. */
  readonly resumed: boolean;
  /** The Server has given it away, and may have ended it since. @default {false} */
  readonly mayHaveEnded?: boolean;
}

/** One attempt at a task on its way through the states, from wherever its row stands. */
export class Attempt {
  readonly deps: Deps;
  readonly shutdown: AbortSignal;
  readonly resumed: boolean;
  readonly claim: Claim;
  readonly container: TaskContainer;
  /** Resolved when the executor holds no slot for this task any more. */
  readonly slotFree = Promise.withResolvers<void>();
  /** Resolved with whether the task is this agent's, as soon as that is known. */
  readonly accepted = Promise.withResolvers<boolean>();
  /** What of the machine it waits for, its program not run or its files not collected yet. */
  obstacle: Text | undefined;
  /** The engine's own view of the workspace could not be had: better what can be read without it than nothing. */
  withoutArchive = false;
  #row: AttemptRow;
  #status: RunStatus | undefined;
  #interrupt = new AbortController();
  /** How many outages there had been when the Server was known to have what it was sent. */
  #filesSeenAfter: number | undefined;

  constructor(row: AttemptRow, deps: Deps, options: AttemptOptions) {
    const { shutdown, resumed, mayHaveEnded = false } = options;
    this.#row = row;
    this.deps = deps;
    this.shutdown = shutdown;
    this.resumed = resumed;
    this.claim = new Claim(mayHaveEnded);
    this.container = new TaskContainer({
      executor: deps.executor,
      clock: deps.clock,
      log: deps.log,
      attempt: () => this.forExecutor,
      shutdown,
    });
  }

  /** As the journal has it. */
  get row(): AttemptRow {
    return this.#row;
  }

  /** Writes a change of the row down. */
  update(change: AttemptChange): void {
    this.#row = this.deps.journal.update(this.#row.id, change);
  }

  /** Writes down what it has come to: there is nothing left to run, and all that is left to send. */
  collected(files: readonly CollectedFile[], change: Omit<AttemptChange, "state">): void {
    const { journal } = this.deps;
    this.#row = journal.collect(this.#row.id, files, { ...change, state: "collected" });
  }

  /** Goes on as the next attempt at the same task; the engine has lost this one. */
  renew(): void {
    this.#row = this.deps.journal.renew(this.#row, this.#row.folder);
    this.know(undefined);
    this.container.startOver();
  }

  /** Aborted by the agent's shutdown, and by whatever changes what is to be done next. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.shutdown, this.#interrupt.signal]);
  }

  /** The task's user (or the agent's owner, with `cancel`) does not want it any more. */
  cancel(endedBy?: Ending): void {
    if (this.#row.cancelledAt !== null || this.#row.state === "delivered") return;
    this.update({ cancelledAt: this.deps.clock.wall(), ...(endedBy && { endedBy }) });
    this.tell(schedulerText.cancelSeen);
    this.#interrupt.abort(new Interruption("cancel"));
  }

  /** Stops the container to make room on the disk; what it has made is reported with this reason. */
  makeRoom(): void {
    if (this.#row.endedBy !== null || this.#row.cancelledAt !== null) return;
    this.update({ endedBy: "disk" });
    this.#interrupt.abort(new Interruption("disk"));
  }

  /**
   * The row is about to be looked at: what interrupted the step before is dealt with. Until then an
   * interruption stays in force: a step is told even where it comes while that step waits for nothing.
   */
  attend(): void {
    if (this.#interrupt.signal.aborted) this.#interrupt = new AbortController();
  }

  /** Whether it will occupy one of the executor's slots. */
  get needsSlot(): boolean {
    return this.#row.state !== "collected" && this.#row.state !== "reporting";
  }

  /** Whether its container has still to end: what has ended is a result, and waits for the Server. */
  get isUnfinished(): boolean {
    return this.needsSlot && this.#row.state !== "exited";
  }

  /** Whether what cannot be read of its files is to be left out, and the rest delivered. */
  get isTroubleOver(): boolean {
    return this.#row.troubleMs >= TROUBLE_MS;
  }

  /** Adds to the time for which the machine has kept its files from being read, milliseconds. */
  addTrouble(ms: number): void {
    this.update({ troubleMs: this.#row.troubleMs + Math.ceil(ms) });
  }

  /**
   * The Server may have lost files that it has given ids to: it has been out of sight since then, or hands
   * the task out once more, and can have been set back to an earlier time.
   */
  get areFilesUnsure(): boolean {
    return this.#filesSeenAfter !== this.deps.server.connectivity.outages;
  }

  /** The Server was asked which files it has when there had been so many outages. */
  seeFiles(outages: number): void {
    this.#filesSeenAfter = outages;
  }

  /** Which files the Server has must be asked before the next report. */
  doubtFiles(): void {
    this.#filesSeenAfter = undefined;
  }

  /**
   * The Server may have it as running, but nobody works on it. Where the Server does not, after all, it
   * is not taken back for the sake of a failure: it is handed out like a new one.
   */
  get isOrphaned(): boolean {
    return this.#row.endedBy === "orphaned";
  }

  /** Tells whoever watches what has happened. */
  tell(what: Text, fields: Record<string, string | number> = {}): void {
    const { taskId, attempt } = this.#row;
    const { log, onProgress } = this.deps;
    log.info(what, { task: taskId, ...attempt > 1 && { attempt }, ...fields });
    onProgress?.(this.#row, what);
  }

  /** What the executor has to know of it. */
  get forExecutor(): ExecutorAttempt {
    const { taskId, attempt, gpus, runId } = this.#row;
    const { workspace, log: logPath } = this.paths;
    return {
      taskId,
      attempt,
      workspace,
      logPath,
      ...gpus !== null && { gpus },
      ...runId !== null && { runId },
    };
  }

  /** Where its things are. */
  get paths(): TaskPaths {
    return taskPaths(this.deps.config.paths.dataDir, this.#row.folder);
  }

  /** Notes what is known of the container, until `undefined` makes it be asked for again. */
  know(status: RunStatus | undefined): void {
    this.#status = status;
  }

  /** What the executor says of the run, as far as that matters for the next step. */
  async status(): Promise<RunStatus> {
    if (!needsStatus(this.#row)) return ABSENT;
    if (this.#status) return this.#status;
    const { clock, executor } = this.deps;
    const ask = (signal: AbortSignal) => executor.status(this.forExecutor, signal);
    if (this.#row.cancelledAt !== null) {
      return await within(CANCELLED_STATUS_MS, ask, { clock }).catch(() => undefined) ?? ABSENT;
    }
    return this.#status = await ask(this.signal);
  }
}
