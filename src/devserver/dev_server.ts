import { ensureDir } from "@std/fs";
import { devserverText, textOf } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import { sleep } from "../util/mod.ts";
import { registerAgent } from "./agent_routes.ts";
import { addClient, addService } from "./client_routes.ts";
import { submitTask } from "./create_task.ts";
import { createFaults } from "./faults.ts";
import { FileStore } from "./file_store.ts";
import { allSettings, changeSettings, type Settings } from "./settings.ts";
import { RateLimit } from "./rate_limit.ts";
import { type OpenRecord, RequestLog } from "./request_log.ts";
import { createService, type Serving } from "./serve.ts";
import { randomId, State, viewFile, viewService, viewTask } from "./state.ts";
import { cancelTask, sweepSilent } from "./task_rules.ts";
import type { DevSnapshot, DevTask, RequestRecord, Submission, TaskStatus } from "./records.ts";
import type { DevServer, DevServerOptions, WaitOptions } from "./types.ts";
import { Uptime } from "./uptime.ts";
import { waitForRequest, waitForTask } from "./wait.ts";

/**
 * Starts a development Server: the whole Agent and client API with the real one's odd behaviour, tasks
 * in memory, files in a folder.
 *
 * ```ts
 * await using server = await startDevServer();
 * const { id, registrationToken } = await server.createService("weather");
 * const task = await server.submit({ serviceId: id, prompt: "What is the weather?" });
 * await server.waitFor(task.id, "ended");
 * ```
 * @throws {Failure} when the port cannot be opened
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const { dataDir } = options;
  if (dataDir !== undefined) await ensureDir(dataDir);
  const dir = dataDir ?? await Deno.makeTempDir({ prefix: "agent-core-dev-server-" });
  const server = new RunningServer(options, dir);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

class RunningServer implements DevServer {
  readonly dataDir: string;
  readonly adminKey: string;
  readonly faults = createFaults();
  readonly #ownsDir: boolean;
  readonly #settings: Settings;
  readonly #state = new State();
  readonly #store: FileStore;
  readonly #requests: RequestLog;
  readonly #rates = new RateLimit();
  readonly #log: Logger;
  readonly #uptime: Uptime;

  constructor(options: DevServerOptions, dir: string) {
    const { hostname = "127.0.0.1", port = 0, log = SILENT, adminKey = randomId("ak_admin_") } =
      options;
    this.dataDir = dir;
    this.#ownsDir = options.dataDir === undefined;
    this.adminKey = adminKey;
    this.#log = log;
    const settings = this.#settings = allSettings(options);
    this.#uptime = new Uptime({ hostname, port, settings, sweep: () => this.sweep(), log });
    this.#store = new FileStore(dir, this.#state);
    this.#requests = new RequestLog(options.rememberRequests ?? 10_000);
    this.#state.onTask(({ id, status }) =>
      log.info(devserverText.taskChanged({ task: id, status }))
    );
    if (options.restore) this.#state.restore(options.restore);
  }

  get url(): string {
    return this.#uptime.url;
  }

  get port(): number {
    return this.#uptime.port;
  }

  get requests(): readonly RequestRecord[] {
    return this.#requests.records;
  }

  createService(name: string): Promise<{ id: string; registrationToken: string }> {
    const { id, token } = addService(this.#state, name);
    return Promise.resolve({ id, registrationToken: token! });
  }

  createAgent(name: string, capacity = 1): { serviceId: string; apiKey: string } {
    const service = addService(this.#state, name);
    const { service_id: serviceId, api_key: apiKey } = registerAgent(service, capacity);
    return { serviceId, apiKey };
  }

  createClient(name: string): { id: string; apiKey: string } {
    const { id, apiKey } = addClient(this.#state, name);
    return { id, apiKey };
  }

  revoke(serviceId: string): void {
    const service = this.#state.services.get(serviceId);
    if (service) service.revoked = true;
  }

  service(id: string) {
    const service = this.#state.services.get(id);
    return service && viewService(service);
  }

  async submit(submission: Submission): Promise<DevTask> {
    return viewTask(await submitTask(this.#state, this.#store, submission));
  }

  task(id: string): DevTask | undefined {
    const task = this.#state.tasks.get(id);
    return task && viewTask(task);
  }

  tasks(): DevTask[] {
    return [...this.#state.tasks.values()].map(viewTask);
  }

  cancel(id: string): DevTask | undefined {
    const task = this.#state.tasks.get(id);
    if (!task) return undefined;
    cancelTask(this.#state, task);
    return viewTask(task);
  }

  waitFor(
    taskId: string,
    wanted: "ended" | TaskStatus | ((task: DevTask) => boolean),
    options: WaitOptions = {},
  ): Promise<DevTask> {
    return waitForTask(this.#state, taskId, wanted, options);
  }

  files(taskId: string) {
    return this.#state.filesOf(taskId).map(viewFile);
  }

  async fileBytes(fileId: string): Promise<Uint8Array> {
    const file = this.#state.files.get(fileId);
    if (!file?.stored) throw new Error(`fileBytes: no stored file ${fileId}`);
    return await Deno.readFile(file.path);
  }

  onRequest(listener: (request: RequestRecord) => void): () => void {
    return this.#requests.onRequest(listener);
  }

  waitForRequest(
    wanted: (request: RequestRecord) => boolean,
    options: WaitOptions = {},
  ): Promise<RequestRecord> {
    return waitForRequest(this.#requests, wanted, options);
  }

  set(settings: Partial<Settings>): void {
    changeSettings(this.#settings, settings);
    this.#uptime.sweepRegularly();
  }

  sweep(): void {
    sweepSilent(this.#state, this.#settings);
  }

  // deno-lint-ignore require-await -- so that a failure is a rejection
  async start(): Promise<void> {
    this.#uptime.open(createService(this.#serving()));
  }

  #serving(): Serving {
    return {
      state: this.#state,
      store: this.#store,
      settings: this.#settings,
      adminKey: this.adminKey,
      faults: this.faults,
      requests: this.#requests,
      rates: this.#rates,
      onOver: (record) => this.#logRequest(record),
      onTrouble: (error) => {
        this.#log.error(devserverText.trouble({ reason: textOf(error).en }));
      },
    };
  }

  #logRequest({ method, path, status, answered, fault }: OpenRecord): void {
    const text = status !== undefined && answered
      ? devserverText.answered({ method, path, status })
      : devserverText.cut({ method, path });
    // Whoever asked for faults wants to see them; of all other requests there are too many.
    if (fault) this.#log.info(text, { fault });
    else this.#log.debug(text);
  }

  pause(): Promise<void> {
    this.#rates.clear(); // a Server that is started anew has counted no request yet
    return this.#uptime.close();
  }

  async restart(
    { downMs = 0, agedMs = 0 }: { readonly downMs?: number; readonly agedMs?: number } = {},
  ): Promise<void> {
    await this.pause();
    if (downMs > 0) await sleep(downMs);
    for (const service of this.#state.services.values()) {
      if (service.lastHeartbeat !== null) service.lastHeartbeat -= agedMs;
    }
    await this.start();
  }

  snapshot(): DevSnapshot {
    return this.#state.snapshot();
  }

  restore(snapshot: DevSnapshot): void {
    this.#state.restore(snapshot);
  }

  async stop(): Promise<void> {
    await this.pause();
    if (this.#ownsDir) await Deno.remove(this.dataDir, { recursive: true }).catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
