import { join } from "@std/path";
import { relative } from "@std/path/posix";

import type { Config } from "../../config/mod.ts";
import { executorText, Failure, type Text } from "../../i18n/mod.ts";
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
} from "../executor.ts";
import type { OnOutput } from "../log/log_frame.ts";
import { takeFrames } from "../log/take_frames.ts";
import { TaskLogs, type TaskLogsOptions } from "../log/task_logs.ts";
import { archiveFolder } from "./archive_folder.ts";
import type { MemoryContainer } from "./memory_container.ts";
import type { MemoryEngine } from "./memory_engine.ts";

const WORKSPACE = "/workspace";
/** What a container is said to use, bytes: nothing measures a function. */
const MEMORY = 1024 * 1024;

/** What an executor in memory works with. */
export interface MemoryExecutorOptions extends Omit<TaskLogsOptions, "clock"> {
  readonly config: Config;
  /** Stays the caller's. */
  readonly engine: MemoryEngine;
  /** Only containers made with it are this agent's. */
  readonly agentId: string;
  /** What tells its tasks from those that this agent has of another Server or service. @default {none} */
  readonly owner?: string;
}

/**
 * Runs each attempt as a function, for tests: the image that the configuration names says which.
 *
 * ```ts
 * const engine = new MemoryEngine({ images: { "lab:1": () => Promise.resolve(0) } });
 * await using executor = new MemoryExecutor({ config, engine, agentId: "a" });
 * ```
 */
export class MemoryExecutor implements Executor {
  readonly name = "memory";
  readonly #options: MemoryExecutorOptions;
  readonly #logs: TaskLogs;

  /** The configured ones: there is no machine to ask. */
  get gpus(): readonly string[] {
    const { devices = "all" } = this.#options.config.executor.gpu ?? {};
    return devices === "all" ? [] : devices;
  }

  constructor(options: MemoryExecutorOptions) {
    this.#options = options;
    this.#logs = new TaskLogs({ ...options, clock: options.engine.clock });
  }

  describe(): Promise<EngineDescription> {
    return Promise.resolve({ name: "memory", version: "1" });
  }

  prepare({ signal }: PrepareOptions): Promise<Text[]> {
    return this.obstacle(signal).then((obstacle) => {
      if (obstacle) throw new Failure(obstacle);
      return [];
    });
  }

  async obstacle(signal: AbortSignal): Promise<Text | undefined> {
    await Promise.resolve();
    signal.throwIfAborted();
    const { engine, config: { executor: { image } } } = this.#options;
    return engine.images.has(image) ? undefined : executorText.imageGone({ image });
  }

  async create(attempt: Attempt, signal: AbortSignal): Promise<string> {
    const { agentId, config, engine, owner } = this.#options;
    const obstacle = await this.obstacle(signal);
    if (obstacle) throw new Failure(obstacle);
    const holder = engine.containers.find(({ options }) =>
      options.attempt.taskId === attempt.taskId
    );
    if (holder) {
      const { id, agentId: holderAgent, attempt: { attempt: found } } = holder.options;
      if (holderAgent !== agentId || found > attempt.attempt) {
        throw new Failure(
          executorText.nameTaken({
            command: "docker",
            name: attempt.taskId,
            id,
            owner: holderAgent,
          }),
        );
      }
      if (found === attempt.attempt) return id;
      engine.remove(id);
    }
    const { image, timeoutMinutes } = config.executor;
    const env = { TASK_ID: attempt.taskId, TIMEOUT: String(timeoutMinutes * 60) };
    const program = engine.images.get(image);
    return engine.create({ agentId, owner, attempt, env, program }).options.id;
  }

  async start(runId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const container = this.#container(runId);
    const { workspace } = container.options.attempt;
    await Deno.stat(workspace).catch((cause) => {
      throw new StartRefused(executorText.failedToStart({ detail: workspace }), { cause });
    });
    container.start();
  }

  async status({ taskId, attempt }: Attempt, signal: AbortSignal): Promise<RunStatus> {
    await Promise.resolve();
    signal.throwIfAborted();
    const found = this.#mine.find(({ options }) =>
      options.attempt.taskId === taskId && options.attempt.attempt === attempt
    );
    return found?.status() ?? { state: "absent" };
  }

  async wait(runId: string, signal: AbortSignal): ReturnType<Executor["wait"]> {
    signal.throwIfAborted();
    const container = this.#options.engine.container(runId);
    return await container?.wait(signal) ?? { state: "absent" };
  }

  async stop(runId: string, graceSecs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#options.engine.container(runId)?.stop(graceSecs * 1000, signal);
  }

  log(
    attempt: Attempt,
    runId: string,
    signal: AbortSignal,
    onOutput?: OnOutput,
  ): Promise<void> {
    const output = this.#options.engine.container(runId)?.output(signal);
    return this.#logs.keep(attempt, async (writer) => {
      if (output) await takeFrames(writer, output, { fromStart: true });
    }, onOutput);
  }

  tails(attempt: Attempt): Promise<Tails> {
    return this.#logs.tails(attempt);
  }

  async archive(runId: string, path: string): Promise<ReadableStream<Uint8Array>> {
    const { workspace } = this.#container(runId).options.attempt;
    const below = relative(WORKSPACE, path);
    if (below.startsWith("..")) {
      throw new Error(`Cannot archive ${path}: only ${WORKSPACE} is kept`);
    }
    return await archiveFolder(join(workspace, below));
  }

  remove(runId: string): Promise<void> {
    this.#options.engine.remove(runId);
    return Promise.resolve();
  }

  async list(signal: AbortSignal, { ofAnyOwner = false } = {}): Promise<FoundRun[]> {
    await Promise.resolve();
    signal.throwIfAborted();
    return this.#mine.flatMap((container): FoundRun[] => {
      const { owner, attempt: { taskId, attempt, workspace, gpus } } = container.options;
      const isTheirs = !ofAnyOwner && owner !== undefined && owner !== this.#options.owner;
      const status = container.status();
      if (isTheirs || status.state === "absent") return [];
      const { runId, state } = status;
      return [{ taskId, attempt, workspace, runId, state, ...gpus && { gpus } }];
    });
  }

  /** Whatever it makes for its own use is gone at once. */
  removeLeftovers(): Promise<void> {
    return Promise.resolve();
  }

  async removeFolder(path: string): Promise<void> {
    await Deno.remove(path, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }

  diskUse(): Promise<number> {
    return Promise.resolve(0);
  }

  usage(runId: string): Promise<RunUsage | undefined> {
    const isRunning = this.#options.engine.container(runId)?.status().state === "running";
    return Promise.resolve(isRunning ? { memory: MEMORY, memoryPeak: MEMORY } : undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  get #mine(): MemoryContainer[] {
    const { engine, agentId } = this.#options;
    return engine.containers.filter(({ options }) => options.agentId === agentId);
  }

  #container(runId: string): MemoryContainer {
    const container = this.#options.engine.container(runId);
    if (!container) throw new Error(`Cannot find ${runId}: there is no such container`);
    return container;
  }
}
