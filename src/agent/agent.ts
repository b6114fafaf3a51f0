import {
  acquireLock,
  serveControl,
  type StatusReport,
  type StopMode,
  takeStopMark,
} from "../daemon/mod.ts";
import { ensureReserve, journalPath, mendModes, prepareDataFolder } from "../data_folder/mod.ts";
import { createExecutor, createSecrets, type Executor, type Secrets } from "../executor/mod.ts";
import { agentText, Failure, journalText, type Text, textOf } from "../i18n/mod.ts";
import {
  isOwnedBy,
  type Journal,
  modernizeJournal,
  type Owner,
  ownerMark,
} from "../journal/mod.ts";
import { concealedLogger } from "../log/mod.ts";
import { Scheduler } from "../scheduler/mod.ts";
import type { ServerClient } from "../server/mod.ts";
import { createUploader } from "../uploader/mod.ts";
import { bootId, proxyVariables } from "../util/mod.ts";
import { type AgentOptions, CLOCK } from "./agent_options.ts";
import { connectServer, requestsOf } from "./connect_server.ts";
import { statusReport } from "./status_report.ts";
import { takeJournal } from "./take_journal.ts";

/** A running agent. */
export interface Agent {
  /** Begins the end; a second call may be stronger. */
  end(mode: StopMode): void;
  /** Whether its end has begun. */
  isEnding(): boolean;
  /** Settles when the agent has gone. */
  readonly gone: Promise<void>;
}

/**
 * Starts an agent: takes the data folder's lock, opens journal, engine and control channel, makes the
 * start checks, and lets the scheduler work until {@linkcode Agent.end}.
 *
 * @throws {Failure} when it is not registered, another agent has the data folder, or a check fails;
 * through `gone`.
 */
export function startAgent(options: AgentOptions): Agent {
  const agent = new RunningAgent(options);
  return {
    end: (mode) => agent.end(mode),
    isEnding: () => agent.isEnding(),
    gone: agent.run(),
  };
}

class RunningAgent {
  readonly #options: AgentOptions;
  readonly #secrets: Secrets;
  readonly #startedAt = CLOCK.wall();
  readonly #starting = new AbortController();
  #news: Text | undefined;
  #scheduler: Scheduler | undefined;
  #server: ServerClient | undefined;
  #journal: Journal | undefined;
  #executor: Executor | undefined;
  /** The engine's own; undefined until it has answered. */
  /** Its name and version, `Podman 5.8.6`. */
  #engine: string | undefined;
  #ending: StopMode | undefined;

  constructor(options: AgentOptions) {
    this.#secrets = createSecrets(options.config.paths.mounts);
    this.#options = { ...options, log: concealedLogger(options.log, this.#secrets.text) };
  }

  end(mode: StopMode): void {
    this.#ending = mode;
    this.#starting.abort();
    this.#scheduler?.end(mode);
  }

  isEnding(): boolean {
    return this.#ending !== undefined;
  }

  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      // A start that was broken off by its owner is no failure.
      if (this.#starting.signal.aborted && !this.#scheduler) return;
      throw error;
    }
  }

  async #run(): Promise<void> {
    const { config, log } = this.#options;
    const { dataDir } = config.paths;
    const { serviceId, apiKey } = config.agent;
    if (serviceId === undefined || apiKey === undefined) {
      throw new Failure(agentText.notRegistered({ config: this.#options.configPath }));
    }
    await using _lock = await acquireLock(dataDir);
    if (await takeStopMark(dataDir) && this.#options.isService) {
      return log.warn(agentText.stayStopped);
    }
    const agentId = await prepareDataFolder(config.paths);
    for (const warning of await mendModes(dataDir)) log.warn(warning);
    await using _control = await serveControl({
      dataDir,
      log,
      handlers: {
        status: () => this.#status(),
        stop: (mode) => this.end(mode),
        fail: (taskId) => this.#fail(taskId),
      },
    });
    await this.#modernize(journalPath(dataDir));
    const onFull = () => log.error(agentText.reserveUsed({ path: dataDir }));
    using journal = takeJournal(dataDir, onFull);
    this.#journal = journal;
    const requests = requestsOf(journal, this.#options);
    await using server = connectServer({ serviceId, apiKey }, requests.budget, this.#options);
    this.#server = server;
    try {
      await this.#work(journal, server, agentId);
    } finally {
      requests.remember();
    }
    ensureReserve(dataDir);
  }

  /** Without it the agent works too. */
  async #modernize(path: string): Promise<void> {
    const { signal } = this.#starting;
    const onBegin = () => this.#tellStart(journalText.modernizing({ path }));
    await modernizeJournal(path, { signal, onBegin }).catch((error) => {
      signal.throwIfAborted();
      this.#options.log.warn(journalText.notModernized({ path, reason: textOf(error) }));
    });
  }

  #tellStart(news: Text): void {
    this.#news = news;
    this.#options.onStarting?.(news);
  }

  async #work(journal: Journal, server: ServerClient, agentId: string): Promise<void> {
    const { config, configPath, env, log, lang, onProgress, onReady } = this.#options;
    const owner = this.#owner;
    const { signal } = this.#starting;
    const secrets = this.#secrets;
    for (const warning of await secrets.refresh()) log.warn(warning);
    // Results and containers of before must not wait for an engine or a mount, and a service has nobody
    // to start it again: the scheduler says what is missing, takes no new task, and has the checks made
    // again.
    const mayWait = this.#options.isService ||
      journal.listOpen().some((row) => isOwnedBy(row, owner));
    await using executor = await createExecutor({
      config,
      // A credential helper may have to go through a proxy.
      env: { ...env, ...proxyVariables(this.#options.proxies) },
      engineLog: log,
      mayBeAway: mayWait,
      agentId,
      owner: await ownerMark(owner),
      configPath,
      log,
      lang,
      secrets,
      signal,
    });
    this.#executor = executor;
    await this.#askEngine();
    const tellStart = (news: Text) => this.#tellStart(news);
    const warnings = await executor.prepare({ signal, onProgress: tellStart }).catch((error) => {
      if (signal.aborted || !mayWait) throw error;
      return [textOf(error)];
    });
    for (const warning of warnings) log.warn(warning);
    this.#starting.signal.throwIfAborted();
    const scheduler = new Scheduler({
      config,
      owner,
      journal,
      server,
      executor,
      uploader: createUploader({ server, log, clock: CLOCK }),
      log,
      clock: CLOCK,
      bootId: await bootId(),
      lang,
      conceal: secrets.text,
      onProgress,
    });
    this.#scheduler = scheduler;
    log.info(agentText.started({
      version: this.#options.version,
      server: config.server.baseUrl,
      engine: this.#engine,
      image: config.executor.image,
      capacity: config.executor.capacity,
    }));
    onReady?.();
    await scheduler.run();
    log.info(agentText.stopped);
  }

  async #askEngine(): Promise<void> {
    const answer = await this.#executor?.describe(this.#starting.signal).catch(() => undefined);
    this.#engine = answer && `${answer.name} ${answer.version}`;
  }

  #fail(taskId: string): void {
    if (!this.#scheduler) throw new Failure(agentText.notUpYet);
    this.#scheduler.fail(taskId);
  }

  get #owner(): Owner {
    const { server: { baseUrl }, agent: { serviceId = "" } } = this.#options.config;
    return { baseUrl, serviceId };
  }

  #status(): StatusReport {
    // It was away when the agent came up; the next look will tell.
    if (this.#executor && !this.#engine) void this.#askEngine();
    const { config, version } = this.#options;
    return statusReport({
      version,
      startedAt: this.#startedAt,
      news: this.#news,
      ending: this.#ending,
      scheduler: this.#scheduler,
      connectivity: this.#server?.connectivity,
      journal: this.#journal,
      owner: this.#owner,
      engine: this.#engine,
      capacity: config.executor.capacity,
    });
  }
}
