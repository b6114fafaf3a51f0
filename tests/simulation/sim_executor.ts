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
import { AWAY, EngineRoad, TROUBLE } from "./engine_road.ts";
import type { SimEngine } from "./sim_engine.ts";

/** What an executor of the simulation works with. */
export interface SimExecutorOptions {
  readonly config: Config;
  readonly engine: SimEngine;
  readonly agentId: string;
  readonly owner: string;
  readonly faults: EngineFaults;
}

const never = new AbortController().signal;

/** The executor of an agent in the simulation: the engine in memory is behind it, and a road with faults. */
export class SimExecutor implements Executor {
  readonly name = "memory";
  readonly #options: SimExecutorOptions;
  readonly #inner: MemoryExecutor;
  readonly #road: EngineRoad;
  readonly #logs = new TaskLogs({});

  constructor(options: SimExecutorOptions) {
    this.#options = options;
    const { config, engine, agentId, owner, faults } = options;
    this.#road = new EngineRoad(engine, faults);
    this.#inner = new MemoryExecutor({ config, engine: engine.memory, agentId, owner });
  }

  get gpus(): readonly string[] {
    return this.#inner.gpus;
  }

  describe(signal: AbortSignal): Promise<EngineDescription> {
    return this.#road.call("describe", signal, () => this.#inner.describe());
  }

  prepare({ signal }: PrepareOptions): Promise<Text[]> {
    return this.#road.call("prepare", signal, () => this.#inner.prepare({ signal: never }));
  }

  async obstacle(signal: AbortSignal): Promise<Text | undefined> {
    try {
      return await this.#road.call("obstacle", signal, () => this.#inner.obstacle(never));
    } catch (error) {
      signal.throwIfAborted();
      return error instanceof Failure ? error.text : AWAY;
    }
  }

  create(attempt: Attempt, signal: AbortSignal): Promise<string> {
    return this.#road.call("create", signal, () => this.#inner.create(attempt, never));
  }

  start(runId: string, signal: AbortSignal): Promise<void> {
    return this.#road.call("start", signal, () => {
      if (this.#options.faults.refusesStart()) return Promise.reject(new StartRefused(TROUBLE));
      return this.#inner.start(runId, never);
    });
  }

  status(attempt: Attempt, signal: AbortSignal): Promise<RunStatus> {
    return this.#road.call("status", signal, () => this.#inner.status(attempt, never));
  }

  wait(runId: string, signal: AbortSignal): ReturnType<Executor["wait"]> {
    return this.#road.longCall("wait", signal, () => this.#wait(runId));
  }

  stop(runId: string, graceSecs: number, signal: AbortSignal): Promise<void> {
    return this.#road.call("stop", signal, () => {
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
    return this.#road.call("archive", signal, () => this.#inner.archive(runId, path));
  }

  remove(runId: string, signal = never): Promise<void> {
    return this.#road.call("remove", signal, () => this.#inner.remove(runId));
  }

  list(signal: AbortSignal, options?: { readonly ofAnyOwner?: boolean }): Promise<FoundRun[]> {
    return this.#road.call("list", signal, () => this.#inner.list(never, options));
  }

  removeLeftovers(signal: AbortSignal): Promise<void> {
    return this.#road.call("removeLeftovers", signal, () => Promise.resolve());
  }

  removeFolder(path: string, signal = never): Promise<void> {
    return this.#road.call("removeFolder", signal, () => this.#inner.removeFolder(path));
  }

  diskUse(_runId: string, signal = never): Promise<number> {
    return this.#road.call("diskUse", signal, () => Promise.resolve(0));
  }

  usage(runId: string, signal = never): Promise<RunUsage | undefined> {
    return this.#road.call("usage", signal, () => this.#inner.usage(runId));
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
      const next = await this.#road.longCall("frame", signal, () => output.next());
      if (next.done) return;
      yield next.value;
    }
  }
}
