import type { Config } from "./config/mod.ts";
import {
  acquireLock,
  serveControl,
  type StatusReport,
  type StopMode,
  takeStopMark,
} from "./daemon/mod.ts";
import {
  ensureReserve,
  giveUpReserve,
  journalPath,
  mendModes,
  prepareDataFolder,
} from "./data_folder/mod.ts";
import { createExecutor, createSecrets, type Executor, type Secrets } from "./executor/mod.ts";
import { agentText, Failure, journalText, type Lang, type Text, textOf } from "./i18n/mod.ts";
import {
  type AttemptRow,
  isOwnedBy,
  type Journal,
  modernizeJournal,
  openJournal,
  type Owner,
  ownerMark,
} from "./journal/mod.ts";
import { concealedLogger, type Logger } from "./log/mod.ts";
import { Scheduler } from "./scheduler/mod.ts";
import {
  createBudget,
  createServerClient,
  type RequestBudget,
  requestMemory,
  type ServerClient,
} from "./server/mod.ts";
import { createUploader } from "./uploader/mod.ts";
import { type ProxySettings, SYSTEM_CLOCK } from "./util/mod.ts";

/** What an agent is made of. */
export interface AgentOptions {
  readonly config: Config;
  /** Absolute; no container may see it. */
  readonly configPath: string;
  readonly version: string;
  readonly lang: Lang;
  readonly log: Logger;
  /** Where an engine may be named: DOCKER_HOST and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** The proxies that the environment named, for `use_system_proxy`. */
  readonly proxies: ProxySettings;
  /** Requests a minute that the Server allows. @default {150} */
  readonly requestsPerMinute?: number;
  /** A service manager starts it anew whenever it ends with another code than 0. @default {false} */
  readonly isService?: boolean;
  /** What it is doing while it starts: the pull of an image and the like. */
  readonly onStarting?: (news: Text) => void;
  /** It takes tasks from now on. */
  readonly onReady?: () => void;
  readonly onProgress?: (row: AttemptRow, what: Text) => void;
}

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
  readonly #startedAt = Date.now();
  readonly #starting = new AbortController();
  #news: Text | undefined;
  #scheduler: Scheduler | undefined;
  #server: ServerClient | undefined;
  #journal: Journal | undefined;
  #executor: Executor | undefined;
  /** The engine's own; undefined until it has answered. */
  #engineVersion: string | undefined;
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
    const path = journalPath(dataDir);
    await this.#modernize(path);
    using journal = openJournal(path, {
      onFull: () => {
        giveUpReserve(dataDir);
        log.error(agentText.reserveUsed({ path: dataDir }));
      },
    });
    this.#journal = journal;
    const memory = requestMemory(journal);
    const budget = createBudget({
      perMinute: this.#options.requestsPerMinute,
      pollEverySecs: config.server.pollIntervalSecs,
      ...memory,
    });
    await using server = this.#connectServer(serviceId, apiKey, budget);
    this.#server = server;
    try {
      await this.#work(journal, server, agentId);
    } finally {
      memory.onAhead(budget.used());
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

  async #work(
    journal: Journal,
    server: ServerClient,
    agentId: string,
  ): Promise<void> {
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
      env,
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
    const warnings = await executor.prepare({
      signal,
      onProgress: (news) => this.#tellStart(news),
    }).catch((error) => {
      if (signal.aborted || !mayWait) throw error;
      return [textOf(error)];
    });
    for (const warning of warnings) log.warn(warning);
    this.#starting.signal.throwIfAborted();
    const clock = SYSTEM_CLOCK;
    const scheduler = new Scheduler({
      config,
      owner,
      journal,
      server,
      executor,
      uploader: createUploader({ server, log, clock }),
      log,
      clock,
      lang,
      conceal: secrets.text,
      onProgress,
    });
    this.#scheduler = scheduler;
    log.info(agentText.started({
      version: this.#options.version,
      server: config.server.baseUrl,
      engine: this.#engineVersion,
      image: config.executor.image,
      capacity: config.executor.capacity,
    }));
    onReady?.();
    await scheduler.run();
    log.info(agentText.stopped);
  }

  async #askEngine(): Promise<void> {
    const { signal } = this.#starting;
    const answer = await this.#executor?.describe(signal).catch(() => undefined);
    this.#engineVersion = answer?.version;
  }

  #connectServer(serviceId: string, apiKey: string, budget: RequestBudget): ServerClient {
    const { config, log, proxies } = this.#options;
    return createServerClient({
      baseUrl: config.server.baseUrl,
      serviceId,
      apiKey,
      useSystemProxy: config.server.useSystemProxy,
      proxies,
      budget,
      log,
    });
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
    const status = this.#scheduler?.status();
    const { connectivity } = this.#server ?? {};
    const trouble = connectivity?.trouble;
    // It was away when the agent came up; the next look will tell.
    if (this.#executor && !this.#engineVersion) void this.#askEngine();
    return {
      ready: this.#scheduler !== undefined,
      starting: this.#scheduler ? undefined : this.#news,
      pid: Deno.pid,
      version: this.#options.version,
      startedAt: this.#startedAt,
      draining: status?.draining ?? false,
      stopping: this.#ending,
      lastPollAt: status?.lastPollAt,
      lastHeartbeatAt: status?.lastHeartbeatAt,
      lastError: connectivity?.lastError?.text,
      lastErrorAt: connectivity?.lastError?.at,
      obstacle: status?.obstacle,
      others: status?.others,
      server: trouble
        ? { state: trouble.kind, since: trouble.since, message: trouble.text }
        : { state: status?.lastHeartbeatAt === undefined ? "unknown" : "ok" },
      engine: this.#engineVersion === undefined
        ? { state: "unknown" }
        : { state: "ok", detail: this.#engineVersion },
      capacity: this.#options.config.executor.capacity,
      undelivered: this.#journal?.undelivered(this.#owner),
      undeliverable: this.#journal?.undeliverable(),
      inDoubt: this.#journal?.inDoubt().map(({ taskId }) => taskId),
      tasks: (status?.rows ?? []).map((row) => ({
        taskId: row.taskId,
        state: row.state,
        attempt: row.attempt,
        startedAt: row.createdAt,
        stateSince: row.updatedAt,
        ending: row.cancelledAt === null ? row.endedBy ?? undefined : "cancel",
        runId: row.runId ?? undefined,
      })),
    };
  }
}
