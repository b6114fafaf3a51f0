import type { Config } from "../../src/config/mod.ts";
import type { Scheduler } from "../../src/scheduler/mod.ts";
import { drawConfig, type Gpus } from "./agent_config.ts";
import type { FaultDraw } from "./call_faults.ts";
import { theWorld } from "./globals.ts";
import type { Host } from "./host.ts";
import { Life } from "./life.ts";
import type { Chance } from "./random.ts";
import type { SimServer } from "./sim_server.ts";
import type { Watch } from "./watch.ts";

/** What a service manager waits before it starts a process again, milliseconds. */
const AGAIN_MS = 5_000;

/** A machine with its agent, which somebody starts again whenever it has gone. */
export class Lab {
  readonly host: Host;
  readonly #server: SimServer;
  readonly #faults: FaultDraw;
  readonly #watch: Watch;
  readonly #chance: Chance;
  readonly #gpus: Gpus | undefined;
  #config: Config;
  #life: Life | undefined;
  #isNeverStarted = true;
  /** It is to stay away. */
  #isClosed = false;
  #calledOff: (() => void) | undefined;

  constructor({ host, server, faults, watch, chance, gpus }: {
    readonly host: Host;
    readonly server: SimServer;
    readonly faults: FaultDraw;
    readonly watch: Watch;
    readonly chance: Chance;
    readonly gpus: Gpus | undefined;
  }) {
    this.host = host;
    this.#server = server;
    this.#faults = faults;
    this.#watch = watch;
    this.#chance = chance;
    this.#gpus = gpus;
    this.#config = drawConfig(chance, host.dataDir, gpus);
  }

  get life(): Life | undefined {
    return this.#life;
  }

  get config(): Config {
    return this.#config;
  }

  /** Nobody has started an agent here. */
  get isNeverStarted(): boolean {
    return this.#isNeverStarted;
  }

  /** From the next start on, everything that can be configured is another. */
  reconfigure(): void {
    this.#config = drawConfig(this.#chance, this.host.dataDir, this.#gpus);
  }

  /** Starts the agent in so many milliseconds, unless it lives. */
  startIn(ms: number): void {
    this.#isNeverStarted = false;
    this.#calledOff?.();
    this.#calledOff = theWorld().after(
      theWorld().nature,
      ms,
      "start an agent",
      () => this.#start(),
    );
  }

  /** Kills the agent; it comes again by itself. */
  kill(downMs: number): void {
    this.#life?.kill();
    this.#life = undefined;
    this.#watch.noteStart();
    this.startIn(downMs);
  }

  /** The power is cut, for so many milliseconds. */
  cutPower(chance: Chance, downMs: number): void {
    this.kill(downMs);
    this.host.reboot();
    this.host.engine.restart();
    this.host.disk.cut(chance);
  }

  /**
   * The agent's owner says what became of the tasks that the agent cannot know about.
   *
   * @param isElsewhere whether another agent has a task
   */
  answerDoubts(isElsewhere: (taskId: string) => boolean): void {
    const { journal } = this.#life ?? {};
    const tasks = journal?.history.inDoubt().filter(({ taskId }) => !isElsewhere(taskId)) ?? [];
    if (tasks.length === 0) return;
    this.#tell((scheduler) => {
      const still = new Set(journal!.history.inDoubt().map(({ taskId }) => taskId));
      for (const { taskId } of tasks) if (still.has(taskId)) scheduler.fail(taskId);
    });
  }

  /** Whether the agent has a task under way. */
  has(taskId: string): boolean {
    return this.#life?.journal?.open().some((row) => row.taskId === taskId) ?? false;
  }

  /** The agent goes when its work is done, and stays away. */
  drain(): void {
    this.#isClosed = true;
    this.#tell((scheduler) => scheduler.end("drain"));
  }

  /** Ends the agent politely; what is under way goes on in its containers. */
  leave(): void {
    this.#tell((scheduler) => scheduler.end("leave"));
  }

  /** In the agent's own name. */
  #tell(what: (scheduler: Scheduler) => void): void {
    const { actor, scheduler } = this.#life ?? {};
    if (actor && scheduler) theWorld().after(actor, 0, "is told", () => what(scheduler));
  }

  #start(): void {
    if (this.#life || this.#isClosed) return;
    const { host } = this;
    this.#watch.capacity = this.#config.executor.capacity;
    this.#watch.noteStart();
    const life = new Life({
      host,
      server: this.#server,
      config: this.#config,
      faults: this.#faults,
      onGone: (error) => this.#gone(life, error),
    });
    this.#life = life;
  }

  #gone(life: Life, error: unknown): void {
    if (this.#life !== life) return;
    const timers = theWorld().pending(life.actor);
    if (this.#isClosed && timers.length > 0) {
      this.#watch.fail(`the agent has gone and has left: ${timers}`);
    }
    life.kill();
    this.#life = undefined;
    this.#watch.noteStart();
    // A start on a disk that is bad fails, and is made again.
    if (error !== undefined && !this.#watch.isDiskBadLately) {
      this.#watch.fail(
        `the agent ended by itself: ${error instanceof Error ? error.stack : error}`,
      );
    }
    if (!this.#isClosed) this.startIn(AGAIN_MS);
  }
}
