import type { Text } from "../i18n/mod.ts";
import { ENDED, isOwnedBy } from "../journal/mod.ts";
import { noteBeat, noteGoodbye } from "./contact.ts";
import type { Deps } from "./deps.ts";
import { DiskWatch } from "./disk_watch.ts";
import { gpuUses } from "./gpu_leases.ts";
import { heartbeatLoop, sayOffline } from "./heartbeat_loop.ts";
import { HeldTasks } from "./held_tasks.ts";
import { Janitor } from "./janitor.ts";
import { keepHouse } from "./keep_house.ts";
import { findMaybeEnded, judgeSilence, type MaybeEnded } from "./maybe_ended.ts";
import { Obstacles } from "./obstacles.ts";
import { pollLoop } from "./poll_loop.ts";
import { doubtUnsynced } from "./power_cut.ts";
import { othersUnderWay } from "./recovery.ts";
import { againSender, noteSilence } from "./send_again.ts";
import { TaskTaker } from "./take_task.ts";
import { failInDoubt } from "./task/fail_in_doubt.ts";
import { SHUTDOWN } from "./task/interruption.ts";
import type { EndMode, SchedulerStatus } from "./status.ts";
import { answerStrayCancel, takeBack } from "./task/reclaim.ts";
import { UnderWay } from "./under_way.ts";

/** How long what was begun may take to end at a shutdown, within the 5 s of Ctrl+C. */
const SHUTDOWN_MS = 2_000;

/** Keeps the tasks of one service going: polls, runs, delivers, and goes on after a restart. */
export class Scheduler {
  readonly #deps: Deps;
  readonly #disk: DiskWatch;
  readonly #obstacles: Obstacles;
  readonly #janitor: Janitor;
  readonly #underWay: UnderWay;
  readonly #taker: TaskTaker;
  readonly #held = new HeldTasks();
  readonly #shutdown = new AbortController();
  /** Ends polling and heartbeats; what is under way goes on. */
  readonly #quiet = new AbortController();
  readonly #emptied = Promise.withResolvers<void>();
  /** Lets the next poll come at once. */
  #wake = () => {};
  /** Whether every container of this agent is known. */
  #adopted = false;
  #lastActivity: number | undefined;
  #lastPollAt: number | undefined;
  #lastHeartbeatAt: number | undefined;
  #end: EndMode | undefined;
  /** Until the Server has been heard. */
  #maybeEnded: MaybeEnded | undefined;
  /** Tasks of another owner that are left alone. */
  #others: Text | undefined;

  constructor(deps: Deps) {
    this.#deps = {
      ...deps,
      onProgress: (row, what) => {
        if (ENDED.includes(row.state)) this.#noteActivity();
        deps.onProgress?.(row, what);
      },
    };
    this.#disk = new DiskWatch(deps);
    this.#obstacles = new Obstacles(deps, this.#disk, () => this.#waitedFor());
    this.#janitor = new Janitor(deps, this.#held);
    this.#underWay = new UnderWay({
      deps: this.#deps,
      shutdown: this.#shutdown.signal,
      onSlotFree: () => this.#wake(),
      onEnd: () => this.#checkEmpty(),
    });
    this.#taker = new TaskTaker({
      deps: this.#deps,
      underWay: this.#underWay,
      held: this.#held,
      obstacles: this.#obstacles,
      // A new attempt beside a container that nobody knows yet would run the task twice; it comes again.
      isOpen: () => this.#end === undefined && this.#adopted,
      onTaken: () => this.#noteActivity(),
      signal: this.#quiet.signal,
    });
  }

  /** Works until {@linkcode end}, or until the work is done after a drain. */
  async run(): Promise<void> {
    const { clock, journal, log, server } = this.#deps;
    this.#others = othersUnderWay(this.#deps);
    if (this.#others) log.warn(this.#others);
    this.#goOn();
    await Promise.all([this.#beat(), this.#poll(), this.#keepHouse(), this.#untilEnd()]);
    if (await sayOffline({ server, clock, slots: () => this.#underWay })) noteGoodbye(journal);
  }

  /**
   * Reports a task in doubt as failed, by its owner's word. Written down when it returns.
   *
   * @throws {Failure} when there is no such task in doubt
   */
  fail(taskId: string): void {
    this.#underWay.go(failInDoubt(this.#deps, taskId), { resumed: false });
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
      for (const attempt of this.#underWay.attempts.values()) {
        if (attempt.isUnfinished) attempt.cancel("cancel");
      }
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
      gpus: gpuUses(this.#deps),
      rows: [...this.#underWay.attempts.values()].map(({ row }) => row),
    };
  }

  #beat(): Promise<void> {
    const { clock, log, server } = this.#deps;
    const { signal } = this.#quiet;
    const sendAgain = againSender({
      deps: this.#deps,
      isUnderWay: (taskId) => this.#underWay.attempts.has(taskId),
      held: this.#held,
      go: (row) => void this.#underWay.go(row, { resumed: false }),
      signal,
    });
    return heartbeatLoop({
      server,
      log,
      clock,
      slots: () => this.#underWay,
      signal,
      onContact: () =>
        void takeBack(log, [...this.#underWay.attempts.values()], signal).then(sendAgain),
      onWake: () => {
        // Connections from before the sleep are dead, but nobody has said so.
        server.renewConnections();
        this.#wake();
      },
      onBeat: (at, serverAt) => this.#noteBeat(at, serverAt),
    });
  }

  #poll(): Promise<void> {
    const { clock, config, log, server } = this.#deps;
    const { signal } = this.#quiet;
    return pollLoop({
      server,
      log,
      clock,
      pollIntervalSecs: config.server.pollIntervalSecs,
      load: () => {
        const { load, room } = this.#underWay;
        return { currentLoad: load, availableCapacity: room };
      },
      take: (task) => this.#taker.take(task),
      cancel: async (taskId) => {
        const attempt = this.#underWay.attempts.get(taskId);
        if (attempt) attempt.cancel();
        else await answerStrayCancel(this.#deps, taskId, signal);
      },
      lastActivity: () => this.#lastActivity,
      onWakeable: (wake) => this.#wake = wake,
      onPoll: (at) => this.#lastPollAt = at,
      signal,
    });
  }

  #keepHouse(): Promise<void> {
    const { attempts, holding } = this.#underWay;
    return keepHouse({
      deps: this.#deps,
      janitor: this.#janitor,
      disk: this.#disk,
      obstacles: this.#obstacles,
      attempts,
      holding,
      go: (row) => this.#underWay.go(row, { resumed: true }),
      onAdopted: () => {
        this.#adopted = true;
        this.#wake();
      },
      signal: this.#quiet.signal,
    });
  }

  /** Goes on with what an earlier process has left. */
  #goOn(): void {
    const { bootId, clock, journal, owner } = this.#deps;
    const rows = doubtUnsynced(journal, clock, bootId).filter((row) => isOwnedBy(row, owner));
    const maybeEnded = this.#maybeEnded = findMaybeEnded(journal, rows, clock.wall());
    for (const row of rows) {
      this.#underWay.go(row, { resumed: true, mayHaveEnded: maybeEnded.ids.has(row.id) });
    }
  }

  #noteBeat(at: number, serverAt: number | undefined): void {
    const { journal } = this.#deps;
    this.#lastHeartbeatAt = at;
    const undecided = [...this.#underWay.attempts.values()].filter(({ claim }) =>
      claim.mayHaveEnded
    );
    const open = undecided.map(({ row: { id } }) => id);
    const cleared = this.#maybeEnded && judgeSilence(journal, this.#maybeEnded, { serverAt, open });
    for (const { claim, row: { id } } of undecided) if (cleared?.includes(id)) claim.settle(false);
    this.#maybeEnded = undefined;
    noteSilence(journal, at, serverAt);
    noteBeat(journal, at, serverAt);
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
    await Promise.race([this.#underWay.settled(), this.#deps.clock.sleep(SHUTDOWN_MS)]);
  }

  #checkEmpty(): void {
    if (this.#end !== undefined && this.#underWay.attempts.size === 0) this.#emptied.resolve();
  }

  #noteActivity(): void {
    this.#lastActivity = this.#deps.clock.now();
  }

  /** What a task that this agent has already waits for. */
  #waitedFor(): Text | undefined {
    for (const { obstacle } of this.#underWay.attempts.values()) if (obstacle) return obstacle;
    return this.#taker.handedOutTwice;
  }
}
