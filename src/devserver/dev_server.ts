import { ensureDir } from "@std/fs";
import { devserverText } from "../i18n/mod.ts";
import { SILENT } from "../log/mod.ts";
import { retry, sleep } from "../util/mod.ts";
import { registerAgent } from "./agent_routes.ts";
import { addClient, addService } from "./client_routes.ts";
import { submitTask } from "./create_task.ts";
import { createFaults } from "./faults.ts";
import { FileStore } from "./file_store.ts";
import { RateLimit } from "./rate_limit.ts";
import { RequestLog } from "./request_log.ts";
import { Exchange, type Serving } from "./serve.ts";
import { allSettings, changeSettings } from "./settings.ts";
import { randomId, State, viewFile, viewService, viewTask } from "./state.ts";
import { cancelTask, sweepSilent } from "./task_rules.ts";
import type { DevServer, DevServerOptions, InProcess } from "./types.ts";
import { Uptime } from "./uptime.ts";
import { waitForRequest, waitForTask } from "./wait.ts";

/**
 * Starts a development Server: the whole Agent and client API with the real one's odd behaviour, tasks
 * in memory, files in a folder.
 *
 * ```ts
 * await using server = await startDevServer();
 * const { id, registrationToken } = server.createService("weather");
 * const task = await server.submit({ serviceId: id, prompt: "What is the weather?" });
 * await server.waitFor(task.id, "ended");
 * ```
 * @throws {Failure} when the port cannot be opened
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const { dataDir } = options;
  if (dataDir !== undefined) await ensureDir(dataDir);
  const dir = dataDir ?? await Deno.makeTempDir({ prefix: "agent-core-dev-server-" });
  const server = createDevServer(options, dir);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function createDevServer(options: DevServerOptions, dataDir: string): DevServer {
  const { port = 0, log = SILENT, adminKey = randomId("ak_admin_") } = options;
  const settings = allSettings(options);
  const state = new State();
  const store = new FileStore(dataDir, state);
  const requests = new RequestLog(options.rememberRequests ?? 10_000);
  const rates = new RateLimit();
  const faults = createFaults();
  const serving: Serving = { state, store, settings, adminKey, faults, requests, rates, log };
  const sweep = () => sweepSilent(state, settings);
  const uptime = new Uptime({ port, settings, sweep, log });
  state.onTask(({ id, status }) => log.info(devserverText.taskChanged({ task: id, status })));
  if (options.restore) state.restore(options.restore);

  // deno-lint-ignore require-await -- so that a failure is a rejection
  const start = async () => uptime.open((request) => new Exchange(serving, request));
  const pause = () => {
    rates.clear(); // a Server that is started anew has counted no request yet
    return uptime.close();
  };
  const stop = async () => {
    await pause();
    if (options.dataDir !== undefined) return;
    await Deno.remove(dataDir, { recursive: true }).catch(() => {});
  };
  return {
    ...inProcess(state, store),
    get url() {
      return uptime.url;
    },
    get port() {
      return uptime.port;
    },
    adminKey,
    dataDir,
    faults,
    requests: requests.records,
    onRequest: (listener) => requests.onRequest(listener),
    waitForRequest: (wanted, options = {}) => waitForRequest(requests, wanted, options),
    set(changes) {
      changeSettings(settings, changes);
      uptime.sweepRegularly();
    },
    sweep,
    pause,
    start,
    async restart({ downMs = 0, agedMs = 0 } = {}) {
      await pause();
      if (downMs > 0) await sleep(downMs);
      for (const service of state.services.values()) {
        if (service.lastHeartbeat !== null) service.lastHeartbeat -= agedMs;
      }
      await startAgain(start);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Tries to open the port again, and the wait between two, milliseconds. */
const PORT_TRIES = 60;
const PORT_AGAIN_MS = 500;

/** Opens a port that was given up for a moment: somebody's outgoing connection may have got it meanwhile. */
function startAgain(start: () => Promise<void>): Promise<void> {
  const wait = (error: unknown, failures: number) => {
    if (failures === PORT_TRIES) throw error;
    return sleep(PORT_AGAIN_MS);
  };
  return retry(start, { signal: new AbortController().signal, wait });
}

function inProcess(state: State, store: FileStore): InProcess {
  return {
    createService(name) {
      const { id, token } = addService(state, name);
      return { id, registrationToken: token! };
    },
    createAgent(name, capacity = 1) {
      const registered = registerAgent(addService(state, name), capacity);
      return { serviceId: registered.service_id, apiKey: registered.api_key };
    },
    createClient(name) {
      const { id, apiKey } = addClient(state, name);
      return { id, apiKey };
    },
    revoke(serviceId) {
      const service = state.services.get(serviceId);
      if (service) service.revoked = true;
    },
    service(id) {
      const service = state.services.get(id);
      return service && viewService(service);
    },
    submit: async (submission) => viewTask(await submitTask(state, store, submission)),
    task(id) {
      const task = state.tasks.get(id);
      return task && viewTask(task);
    },
    tasks: () => [...state.tasks.values()].map(viewTask),
    cancel(id) {
      const task = state.tasks.get(id);
      if (!task) return undefined;
      cancelTask(state, task);
      return viewTask(task);
    },
    waitFor: (taskId, wanted, options = {}) => waitForTask(state, taskId, wanted, options),
    files: (taskId) => state.filesOf(taskId).map(viewFile),
    async fileBytes(fileId) {
      const file = state.files.get(fileId);
      if (!file?.stored) throw new Error(`fileBytes: no stored file ${fileId}`);
      return await Deno.readFile(file.path);
    },
    snapshot: () => state.snapshot(),
    restore: (snapshot) => state.restore(snapshot),
  };
}
