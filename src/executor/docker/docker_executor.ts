import type { Config } from "../../config/mod.ts";
import { type ContainerInfo, type Engine, EngineError } from "../../docker/mod.ts";
import type { Text } from "../../i18n/mod.ts";
import { SILENT } from "../../log/mod.ts";
import { diskUse, sharesDisk } from "./disk_use.ts";
import { leasableGpus } from "./gpu/find_gpus.ts";
import { createEngineLink } from "./engine_link.ts";
import { nameOf, traitsOf } from "./engine_traits.ts";
import { findContainer, listRuns } from "./find_runs.ts";
import { followLog } from "./follow_log.ts";
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
import { helperLabels } from "./labels.ts";
import type { OnOutput } from "../log/log_frame.ts";
import { TaskLogs, type TaskLogsOptions } from "../log/task_logs.ts";
import { makeRun } from "./make_run.ts";
import { pollLog } from "./poll_log.ts";
import { spelledPath } from "./prepare.ts";
import { removeFolder } from "./remove_folder.ts";
import { removeSurely } from "./remove_surely.ts";
import { type FailedStart, failedStart, statusOf } from "./container_status.ts";
import { StartChecks } from "./start_checks.ts";
import { failedStartOf, startRun } from "./start_run.ts";
import { stopRun } from "./stop_run.ts";
import { removeLeftovers } from "./throw_away.ts";
import { waitRun } from "./wait_run.ts";

const CHECK_EVERY_MS = 30_000;

/** What an executor on the local Docker engine works with. */
export interface DockerExecutorOptions extends TaskLogsOptions {
  readonly config: Config;
  readonly engine: Engine;
  /** The engine's connections are closed with the executor. @default {false} */
  readonly closesEngine?: boolean;
  /** The agent's UUID: only containers with it are this agent's. */
  readonly agentId: string;
  /** What tells its tasks from those that this agent has of another Server or service. @default {none} */
  readonly owner?: string;
  /** Where the configuration is, so that no mount shows it to a task. */
  readonly configPath: string;
  /** How often a container is asked for beside what is waited for from it, milliseconds. @default {30000} */
  readonly checkEveryMs?: number;
}

/**
 * Runs each attempt in a container of its own on a Docker engine.
 *
 * ```ts
 * await using executor = new DockerExecutor({ config, engine, agentId, configPath });
 * await executor.prepare({ signal });
 * const runId = await executor.create(attempt, signal);
 * await executor.start(runId, signal);
 * const end = await executor.wait(runId, signal);
 * ```
 */
export class DockerExecutor implements Executor {
  readonly name = "docker";
  readonly #options: DockerExecutorOptions;
  readonly #logs: TaskLogs;
  readonly #link: ReturnType<typeof createEngineLink>;
  /** Starts that failed, by run: of some of them the engine itself keeps no trace. */
  readonly #failedStarts = new Map<string, FailedStart>();
  /** Runs that this process has started and nobody has waited for yet. */
  readonly #startedHere = new Set<string>();
  readonly #checks: StartChecks;
  /** Whether the engine keeps its containers on the data folder's disk; undefined until it is asked. */
  #sharesDisk: boolean | undefined;

  constructor(options: DockerExecutorOptions) {
    this.#options = options;
    this.#logs = new TaskLogs(options);
    this.#link = createEngineLink(options.engine, options.log ?? SILENT);
    this.#checks = new StartChecks(options);
  }

  get gpus(): readonly string[] | undefined {
    return leasableGpus(this.#options.config, this.#checks.facts.gpu);
  }

  async describe(signal: AbortSignal): Promise<EngineDescription> {
    const { engine } = this.#options;
    const { version } = await engine.version(signal);
    return { name: nameOf(engine), version };
  }

  prepare(options: PrepareOptions): Promise<Text[]> {
    return this.#checks.prepare(options);
  }

  obstacle(signal: AbortSignal): Promise<Text | undefined> {
    return this.#checks.obstacle(signal);
  }

  async create(attempt: Attempt, signal: AbortSignal): Promise<string> {
    const facts = this.#checks.passedFacts;
    const options = { ...this.#options, link: this.#link, facts, attempt, signal };
    return await makeRun(options, () => this.#checks.doubt());
  }

  async start(runId: string, signal: AbortSignal): Promise<void> {
    this.#failedStarts.delete(runId);
    try {
      await startRun(this.#link, runId, signal);
      this.#startedHere.add(runId);
    } catch (error) {
      const failed = await failedStartOf(this.#options.engine, runId, { error, signal })
        .catch((refusal) => {
          if (refusal instanceof EngineError || refusal instanceof StartRefused) {
            this.#checks.doubt();
          }
          throw refusal;
        });
      this.#failedStarts.set(runId, failed);
    }
  }

  async status(attempt: Attempt, signal: AbortSignal): Promise<RunStatus> {
    const info = await findContainer(this.#link, attempt, this.#options.agentId, signal);
    return info ? this.#statusOf(info) : { state: "absent" };
  }

  wait(runId: string, signal: AbortSignal): ReturnType<Executor["wait"]> {
    const statusOf = (info: ContainerInfo) => this.#statusOf(info);
    // Only the first wait knows that the run was under way: by a second one it may have ended.
    const isStartedHere = this.#startedHere.delete(runId);
    const { checkEveryMs = CHECK_EVERY_MS } = this.#options;
    return waitRun({ link: this.#link, runId, isStartedHere, checkEveryMs, statusOf, signal });
  }

  async stop(runId: string, graceSecs: number, signal: AbortSignal): Promise<void> {
    const { engine } = this.#options;
    await this.#link.retry(() => stopRun(engine, runId, { graceSecs, signal }), signal);
  }

  log(
    attempt: Attempt,
    runId: string,
    signal: AbortSignal,
    onOutput?: OnOutput,
  ): Promise<void> {
    const { checkEveryMs = CHECK_EVERY_MS } = this.#options;
    const hasFailedToStart = () => this.#failedStarts.has(runId);
    const follow = { link: this.#link, runId, checkEveryMs, hasFailedToStart, signal };
    const read = traitsOf(this.#options.engine).followsLogs ? followLog : pollLog;
    return this.#logs.keep(attempt, (writer) => read(follow, writer), onOutput);
  }

  tails(attempt: Attempt): Promise<Tails> {
    return this.#logs.tails(attempt);
  }

  archive(runId: string, path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this.#options.engine.archive(runId, path, signal);
  }

  async remove(runId: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { engine } = this.#options;
    await this.#link.retry(() => removeSurely(engine, runId, { signal }), signal);
    this.#failedStarts.delete(runId);
    this.#startedHere.delete(runId);
  }

  list(signal: AbortSignal, { ofAnyOwner = false } = {}): Promise<FoundRun[]> {
    const { agentId, owner } = this.#options;
    return listRuns(this.#link, { agentId, owner, ofAnyOwner, signal });
  }

  async removeLeftovers(signal: AbortSignal): Promise<void> {
    const { engine, agentId } = this.#options;
    await this.#checks.inTurn(() => removeLeftovers(engine, agentId, signal));
  }

  async removeFolder(path: string, signal?: AbortSignal): Promise<void> {
    const { engine, agentId, config } = this.#options;
    const options = {
      image: config.executor.image,
      labels: helperLabels(agentId, "remove-folder"),
      spell: (path: string) => this.#spell(path),
      runtime: config.sandbox.runtime,
      signal,
    };
    await this.#checks.inTurn(() => removeFolder(engine, path, options));
  }

  async diskUse(runId: string, signal?: AbortSignal): Promise<number> {
    const { config: { paths: { dataDir } }, engine } = this.#options;
    // Every check of the disk asks this of every run, and the engine's description of itself is long.
    this.#sharesDisk ??= await sharesDisk(engine, dataDir, signal);
    return this.#sharesDisk ? await diskUse(engine, runId, signal) : 0;
  }

  usage(runId: string, signal?: AbortSignal): Promise<RunUsage | undefined> {
    return this.#options.engine.stats(runId, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#checks[Symbol.dispose]();
    const { engine, closesEngine = false } = this.#options;
    if (closesEngine) await engine[Symbol.asyncDispose]();
  }

  #spell(path: string): string {
    return spelledPath(path, this.#checks.facts);
  }

  #statusOf(info: ContainerInfo): RunStatus {
    const status = statusOf(info, traitsOf(this.#options.engine));
    const failure = this.#failedStarts.get(info.id);
    if (status.state !== "created" || failure === undefined) return status;
    return failedStart(info, failure);
  }
}
