import { schedulerText, type Text, textOf } from "../i18n/mod.ts";
import { type AttemptRow, ENDED, isOwnedBy } from "../journal/mod.ts";
import type { PolledTask } from "../server/mod.ts";
import { sleep, SYSTEM_CLOCK, within } from "../util/mod.ts";
import { folderName } from "../workspace/mod.ts";
import { noteBeat, noteGoodbye } from "./contact.ts";
import { DiskWatch } from "./disk_watch.ts";
import { heartbeatLoop, sayOffline } from "./heartbeat_loop.ts";
import { HeldTasks } from "./held_tasks.ts";
import { Janitor } from "./janitor.ts";
import { keepHouse } from "./keep_house.ts";
import { findMaybeEnded } from "./maybe_ended.ts";
import { Obstacles } from "./obstacles.ts";
import { type Parts, SHUTDOWN } from "./parts.ts";
import { pollLoop } from "./poll_loop.ts";
import { acceptAgain, answerStrayCancel, latestOf, takeBack, takeDeliveredBack } from "./lease.ts";
import { failInDoubt } from "./fail_in_doubt.ts";
import { othersUnderWay } from "./recovery.ts";
import { againSender } from "./send_again.ts";
import { AttemptRun } from "./attempt_run.ts";
import { runTask } from "./task_run.ts";
import { UploadPlaces } from "./upload_places.ts";

/** How the agent is to end. See the daemon's control channel. */
export type EndMode = "leave" | "drain" | "cancel-tasks";

/** What the scheduler says of itself. Times are milliseconds since the epoch. */
export interface SchedulerStatus {
  readonly draining: boolean;
  readonly lastPollAt?: number;
  readonly lastHeartbeatAt?: number;
  /** Why no new task is taken at present. */
  readonly obstacle?: Text;
  /** Tasks in the journal that are not this owner's. */
  readonly others?: Text;
  readonly rows: readonly AttemptRow[];
}

/** How long what was begun may take to end at a shutdown, within the 5 s of Ctrl+C. */
const SHUTDOWN_MS = 2_000;

/** How long polling waits for the answer to an accept. */
const ACCEPT_MS = 10_000;

/** Keeps the tasks of one service going: polls, runs, delivers, and goes on after a restart. */
export class Scheduler {
  readonly #parts: Parts;
  readonly #places = new UploadPlaces();
  readonly #disk: DiskWatch;
  readonly #obstacles: Obstacles;
  readonly #janitor: Janitor;
  readonly #shutdown = new AbortController();
  /** Ends polling and heartbeats; runs go on. */
  readonly #quiet = new AbortController();
  readonly #runs = new Map<string, AttemptRun>();
  readonly #holding = new Set<AttemptRun>();
  readonly #held = new HeldTasks();
  /** Lets the next poll come at once. */
  #wake = () => {};
  /** Whether every container of this agent is known. */
  #adopted = false;
  #emptied = Promise.withResolvers<void>();
  #lastActivity: number | undefined;
  #lastPollAt: number | undefined;
  #lastHeartbeatAt: number | undefined;
  #end: EndMode | undefined;
  /** Tasks of another owner that are left alone. */
  #others: Text | undefined;
  /** The Server hands out a task that another owner has under way here. */
  #handedOutTwice: Text | undefined;

  constructor(parts: Parts) {
    this.#parts = {
      ...parts,
      onProgress: (row, what) => {
        if (ENDED.includes(row.state)) this.#activity();
        parts.onProgress?.(row, what);
      },
    };
    this.#disk = new DiskWatch(this.#parts);
    this.#obstacles = new Obstacles(
      parts,
      this.#disk,
      () =>
        [...this.#runs.values()].find((run) => run.obstacle !== undefined)?.obstacle ??
          this.#handedOutTwice,
    );
    this.#janitor = new Janitor(parts, this.#held);
  }

  /** Works until {@linkcode end}, or until the work is done after a drain. */
  async run(): Promise<void> {
    const { journal, log, config, server } = this.#parts;
    const load = () => Math.min(this.#holding.size, config.executor.capacity);
    this.#others = othersUnderWay(this.#parts);
    if (this.#others) log.warn(this.#others);
    this.#goOn();
    const signal = this.#quiet.signal;
    const sendAgain = againSender({
      parts: this.#parts,
      isUnderWay: (taskId) => this.#runs.has(taskId),
      held: this.#held,
      go: (row) => void this.#go(row, false),
      signal,
    });
    const loops = [
      heartbeatLoop({
        server,
        log,
        capacity: config.executor.capacity,
        load,
        signal,
        onContact: () =>
          void takeBack(this.#parts, [...this.#runs.values()], signal).then(sendAgain),
        onWake: () => {
          // Connections from before the sleep are dead, but nobody has said so.
          server.renewConnections();
          this.#wake();
        },
        onBeat: (at) => {
          this.#lastHeartbeatAt = at;
          noteBeat(journal, at);
        },
      }),
      pollLoop({
        server,
        log,
        pollIntervalSecs: config.server.pollIntervalSecs,
        load: () => ({
          currentLoad: load(),
          availableCapacity: config.executor.capacity - load(),
        }),
        take: (task) => this.#take(task),
        cancel: async (taskId) => {
          const run = this.#runs.get(taskId);
          if (run) run.cancel();
          else await answerStrayCancel(this.#parts, taskId, signal);
        },
        lastActivity: () => this.#lastActivity,
        onNudge: (nudge) => this.#wake = nudge,
        onPoll: (at) => this.#lastPollAt = at,
        signal,
      }),
      keepHouse({
        parts: this.#parts,
        janitor: this.#janitor,
        disk: this.#disk,
        obstacles: this.#obstacles,
        runs: this.#runs,
        holding: this.#holding,
        go: (row) => this.#go(row, true),
        onAdopted: () => {
          this.#adopted = true;
          this.#wake();
        },
        signal,
      }),
    ];
    await Promise.all([...loops, this.#untilEnd()]);
    if (await sayOffline(server, config.executor.capacity, load())) noteGoodbye(journal);
  }

  /**
   * Reports a task in doubt as failed, by its owner's word. Written down when it returns.
   *
   * @throws {Failure} when there is no such task in doubt
   */
  fail(taskId: string): void {
    this.#go(failInDoubt(this.#parts, taskId), false);
  }

  /** Ends the work; may be called again with a stronger mode. */
  end(mode: EndMode): void {
    this.#end = mode;
    if (mode === "leave") {
      this.#shutdown.abort(SHUTDOWN);
      this.#quiet.abort(SHUTDOWN);
      return;
    }
    if (mode === "cancel-tasks") {
      for (const run of this.#runs.values()) if (run.isUnfinished) run.cancel("cancel");
    }
    this.#checkEmpty();
  }

  status(): SchedulerStatus {
    return {
      draining: this.#end !== undefined,
      lastPollAt: this.#lastPollAt,
      lastHeartbeatAt: this.#lastHeartbeatAt,
      obstacle: this.#obstacles.present,
      others: this.#others,
      rows: [...this.#runs.values()].map((run) => run.row),
    };
  }

  /** Resolves when the scheduler may go: at once after a shutdown, with the last task in a drain. */
  async #untilEnd(): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      this.#shutdown.signal.addEventListener("abort", () => resolve(), { once: true });
      if (this.#shutdown.signal.aborted) resolve();
    });
    await Promise.race([aborted, this.#emptied.promise]);
    this.#quiet.abort(SHUTDOWN);
    if (!this.#shutdown.signal.aborted) return;
    const ends = [...this.#runs.values()].map((run) => run.done);
    await Promise.race([Promise.allSettled(ends), sleep(SHUTDOWN_MS)]);
  }

  #checkEmpty(): void {
    if (this.#end !== undefined && this.#runs.size === 0) this.#emptied.resolve();
  }

  /** Goes on with what an earlier process has left. */
  #goOn(): void {
    const { clock = SYSTEM_CLOCK, journal, owner } = this.#parts;
    const rows = journal.open().filter((row) => isOwnedBy(row, owner));
    const maybeEnded = findMaybeEnded(journal, rows, clock.wall());
    for (const row of rows) this.#go(row, true, maybeEnded.has(row.id));
  }

  /** Lets a row go its way from wherever it stands. */
  #go(row: AttemptRow, resumed: boolean, maybeEnded = false): AttemptRun {
    const run = new AttemptRun(row, this.#parts, this.#places, {
      shutdown: this.#shutdown.signal,
      resumed,
      maybeEnded,
    });
    this.#runs.set(row.taskId, run);
    if (run.needsSlot) {
      this.#holding.add(run);
      run.slotFree.then(() => {
        this.#holding.delete(run);
        this.#wake();
      });
    }
    run.done = runTask(run).catch((error) => {
      this.#parts.log.error(textOf(error), { task: row.taskId });
    }).finally(() => {
      this.#runs.delete(row.taskId);
      this.#checkEmpty();
    });
    return run;
  }

  #activity(): void {
    this.#lastActivity = performance.now();
  }

  async #take(task: PolledTask): Promise<boolean> {
    const { journal, owner, config, log } = this.#parts;
    const signal = this.#quiet.signal;
    if (task.id === undefined) {
      log.warn(schedulerText.taskWithoutId);
      return false;
    }
    const known = this.#runs.get(task.id);
    if (known) return await acceptAgain(known, signal);
    const other = journal.elsewhere(owner, task.id);
    // To run it would be to run it twice, and to pass it over means to pass over all that come after it.
    this.#handedOutTwice = other && other.serviceId === owner.serviceId
      ? schedulerText.handedOutTwice({ taskId: task.id, baseUrl: other.baseUrl })
      : undefined;
    if (this.#handedOutTwice) return false;
    const earlier = latestOf(this.#parts, task.id);
    const kept = earlier && !earlier.cleaned && earlier.report && earlier.state !== "lost" &&
      earlier.endedBy !== "orphaned";
    if (earlier && kept) {
      // It comes again.
      if (this.#held.has(task.id)) return false;
      using _held = this.#held.hold(task.id);
      const row = await takeDeliveredBack(this.#parts, earlier, signal);
      if (row) this.#go(row, false);
      return row !== undefined;
    }
    if (this.#end !== undefined || this.#holding.size >= config.executor.capacity) return false;
    if (!await this.#obstacles.none(signal)) return false;
    // A new attempt beside a container that nobody knows yet would run the task twice; it comes again.
    if (!this.#adopted) return false;
    if (this.#runs.has(task.id)) return await acceptAgain(this.#runs.get(task.id)!, signal);
    const run = this.#go(
      journal.add(owner, {
        taskId: task.id,
        attempt: (earlier?.attempt ?? 0) + 1,
        state: "accepting",
        task: task.raw,
        folder: folderName(task.id),
      }),
      false,
    );
    // While the Server will not say, cancels of other tasks must be heard.
    const ours = await within(ACCEPT_MS, () => run.accepted) ?? false;
    if (ours) this.#activity();
    return ours && this.#holding.size < config.executor.capacity;
  }
}
