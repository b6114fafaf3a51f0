import type { Config } from "../../src/config/mod.ts";
import {
  type Attempt,
  type EngineDescription,
  type Executor,
  type FoundRun,
  type PrepareOptions,
  type RunStatus,
  type RunUsage,
  StartRefused,
  type Tails,
} from "../../src/executor/executor.ts";
import type { LogFrame, OnOutput } from "../../src/executor/log/log_frame.ts";
import { takeFrames } from "../../src/executor/log/take_frames.ts";
import { TaskLogs } from "../../src/executor/log/task_logs.ts";
import { MemoryExecutor } from "../../src/executor/memory/memory_executor.ts";
import { Failure, type Text } from "../../src/i18n/mod.ts";
import type { EngineFaults } from "./call_faults.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { theWorld } from "./globals.ts";
import type { SimEngine } from "./sim_engine.ts";

/** What an executor of the simulation works with. */
export interface SimExecutorOptions {
  readonly config: Config;
  readonly engine: SimEngine;
  readonly agentId: string;
  readonly owner: string;
  readonly faults: EngineFaults;
}

/** A call to a real engine that hangs is given up after so long, milliseconds. */
const CALL_MS = 60_000;
/** The look whether there is an obstacle takes no longer, milliseconds. */
const OBSTACLE_MS = 25_000;

const never = new AbortController().signal;
const AWAY: Text = { en: "The engine is away", zh: "引擎不在" };
const TROUBLE: Text = { en: "The engine has trouble of its own", zh: "引擎自身有问题" };

/** The engine cannot be reached, or its answer was lost. */
class Away extends Failure {}
/** One call took too long. */
class Hung extends Away {}

/** The calls that a real executor makes again as long as the engine is away. */
const RETRIED = new Set(["create", "status", "stop", "remove", "list"]);
/** How often it makes one that takes too long each time. */
const HUNG_TRIES = 2;

/**
 * An agent's way to the engine: each call travels there, takes effect there, whoever has asked for it, and its
 * answer travels back, if there is still somebody to hear it.
 */
export class SimExecutor implements Executor {
  readonly name = "memory";
  readonly #options: SimExecutorOptions;
  readonly #inner: MemoryExecutor;
  readonly #logs = new TaskLogs({});

  constructor(options: SimExecutorOptions) {
    this.#options = options;
    const { config, engine, agentId, owner } = options;
    this.#inner = new MemoryExecutor({ config, engine: engine.memory, agentId, owner });
  }

  describe(signal: AbortSignal): Promise<EngineDescription> {
    return this.#call("describe", signal, () => this.#inner.describe());
  }

  prepare({ signal }: PrepareOptions): Promise<Text[]> {
    return this.#call("prepare", signal, () => this.#inner.prepare({ signal: never }));
  }

  async obstacle(signal: AbortSignal): Promise<Text | undefined> {
    try {
      return await this.#call("obstacle", signal, () => this.#inner.obstacle(never));
    } catch (error) {
      signal.throwIfAborted();
      return error instanceof Failure ? error.text : AWAY;
    }
  }

  create(attempt: Attempt, signal: AbortSignal): Promise<string> {
    return this.#call("create", signal, () => this.#inner.create(attempt, never));
  }

  start(runId: string, signal: AbortSignal): Promise<void> {
    return this.#call("start", signal, () => {
      if (this.#options.faults.refusesStart()) return Promise.reject(new StartRefused(TROUBLE));
      return this.#inner.start(runId, never);
    });
  }

  status(attempt: Attempt, signal: AbortSignal): Promise<RunStatus> {
    return this.#call("status", signal, () => this.#inner.status(attempt, never));
  }

  wait(runId: string, signal: AbortSignal): ReturnType<Executor["wait"]> {
    return this.#longCall("wait", signal, () => this.#wait(runId));
  }

  stop(runId: string, graceSecs: number, signal: AbortSignal): Promise<void> {
    return this.#call("stop", signal, () => {
      const run = this.#options.engine.runs.find(({ container }) => container.options.id === runId);
      if (run && run.end === undefined) run.isStopped = true;
      return this.#inner.stop(runId, graceSecs, never);
    });
  }

  log(attempt: Attempt, runId: string, signal: AbortSignal, onOutput?: OnOutput): Promise<void> {
    const output = this.#options.engine.memory.container(runId)?.output(never);
    return this.#logs.keep(attempt, async (writer) => {
      if (output) await takeFrames(writer, this.#frames(output, signal), { fromStart: true });
    }, onOutput);
  }

  tails(attempt: Attempt): Promise<Tails> {
    return this.#logs.tails(attempt);
  }

  archive(runId: string, path: string, signal = never): Promise<ReadableStream<Uint8Array>> {
    return this.#call("archive", signal, () => this.#inner.archive(runId, path));
  }

  remove(runId: string, signal = never): Promise<void> {
    return this.#call("remove", signal, () => this.#inner.remove(runId));
  }

  list(signal: AbortSignal, options?: { readonly ofAnyOwner?: boolean }): Promise<FoundRun[]> {
    return this.#call("list", signal, () => this.#inner.list(never, options));
  }

  removeLeftovers(signal: AbortSignal): Promise<void> {
    return this.#call("removeLeftovers", signal, () => Promise.resolve());
  }

  removeFolder(path: string, signal = never): Promise<void> {
    return this.#call("removeFolder", signal, () => this.#inner.removeFolder(path));
  }

  diskUse(_runId: string, signal = never): Promise<number> {
    return this.#call("diskUse", signal, () => Promise.resolve(0));
  }

  usage(runId: string, signal = never): Promise<RunUsage | undefined> {
    return this.#call("usage", signal, () => this.#inner.usage(runId));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** What ended before the engine's present start, and was not seen to, counts as lost. */
  async #wait(runId: string): ReturnType<Executor["wait"]> {
    const { engine } = this.#options;
    const end = await this.#inner.wait(runId, never);
    if (end.state !== "exited") return end;
    const run = engine.runs.find(({ container }) => container.options.id === runId);
    return run && run.start !== engine.start ? { state: "lost", runId } : end;
  }

  async *#frames(output: AsyncGenerator<LogFrame>, signal: AbortSignal): AsyncGenerator<LogFrame> {
    for (;;) {
      const next = await this.#longCall("frame", signal, () => output.next());
      if (next.done) return;
      yield next.value;
    }
  }

  /** A call as a real executor makes it: one that finds the engine away is made again until it is back. */
  async #call<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    for (let hung = 0, tries = 1;; tries++) {
      try {
        return await this.#once(name, signal, act);
      } catch (error) {
        const isHung = error instanceof Hung;
        if (signal.aborted || !(error instanceof Away) || !RETRIED.has(name)) throw error;
        if (isHung && ++hung >= HUNG_TRIES) throw error;
        await SYSTEM_CLOCK.sleep(Math.min(5_000, 200 * tries), signal);
      }
    }
  }

  /** One call, and what becomes of it on its way. */
  #once<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const { engine, faults } = this.#options;
    const fault = faults.ofCall(name);
    return this.#travel(name, signal, (answer, later) => {
      const refuse = (error: Error) => answer(() => Promise.reject(error));
      if (fault === "refused") return refuse(new Failure(TROUBLE));
      if (fault === "cut" || engine.state === "away") return refuse(new Away(AWAY));
      if (fault === "hangs" || engine.state === "hanging") {
        const ms = name === "obstacle" ? OBSTACLE_MS : CALL_MS;
        return later(ms, `${name} timed out`, () => refuse(new Hung(AWAY)));
      }
      const acted = act();
      if (fault === "answer lost") {
        acted.then(() => refuse(new Away(AWAY)), () => refuse(new Away(AWAY)));
      } else acted.then(() => answer(() => acted), () => answer(() => acted));
    });
  }

  /** A call that outlives an engine that is away for a while. */
  #longCall<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const { engine } = this.#options;
    return this.#travel(name, signal, (answer, later) => {
      const acted = act();
      const whenBack = () => {
        if (engine.state === "well") answer(() => acted);
        else later(1_000, `${name} waits`, whenBack);
      };
      acted.then(whenBack, whenBack);
    });
  }

  /**
   * Goes to the engine and comes back with an answer, unless the signal comes first.
   *
   * @param arrive happens at the engine; `later` is for what the asker itself waits for
   */
  #travel<T>(
    name: string,
    signal: AbortSignal,
    arrive: (
      answer: (settle: () => Promise<T>) => void,
      later: (ms: number, what: string, then: () => void) => void,
    ) => void,
  ): Promise<T> {
    const world = theWorld();
    const { engine, faults } = this.#options;
    const asker = world.current;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let forget = () => {};
      const later = (ms: number, what: string, then: () => void) => {
        if (!signal.aborted) forget = world.after(asker, ms, what, then);
      };
      const onAbort = () => {
        forget();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      const answer = (settle: () => Promise<T>) =>
        later(faults.latency(), `${name} answered`, () => {
          signal.removeEventListener("abort", onAbort);
          settle().then(resolve, reject);
        });
      world.after(engine.actor, faults.latency(), `engine ${name}`, () => arrive(answer, later));
    });
  }
}
