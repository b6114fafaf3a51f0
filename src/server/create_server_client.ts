import { Failure, serverText } from "../i18n/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "../util/mod.ts";
import { agentCalls } from "./agent_calls.ts";
import type { RequestBudget } from "./budget.ts";
import { type Connectivity, createConnectivity } from "./connectivity.ts";
import { download, fileExists } from "./download.ts";
import type { ConnectionOptions } from "./http_client.ts";
import { listFiles } from "./list_files.ts";
import { retrying, type RetryPace } from "./retry.ts";
import type { ServerClient, Upload } from "./server_client.ts";
import { ServerError } from "./server_error.ts";
import { upload } from "./upload.ts";
import { type TimeLimits, Wire } from "./wire.ts";

/** What a client of the Server needs to know. */
export interface ServerClientOptions extends ConnectionOptions, TimeLimits {
  readonly serviceId: string;
  readonly apiKey: string;
  /** Shared by all clients with this key. */
  readonly budget: RequestBudget;
  /** How what is tried again follows the try before. */
  readonly pace?: RetryPace;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/**
 * Makes the client of one service. No request is sent yet.
 *
 * @throws {Failure} base_url, service id or key cannot be what they should be
 */
export function createServerClient(options: ServerClientOptions): ServerClient {
  const { serviceId, apiKey, log, pace, clock = SYSTEM_CLOCK } = options;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new Failure(serverText.badApiKey);
  if (!/^[\x21-\x7e]+$/.test(serviceId)) throw new Failure(serverText.badServiceId);
  const wire = new Wire({
    ...options,
    secret: apiKey,
    headers: {
      "Authorization": `Bearer ${apiKey}`,
      "X-API-Key": apiKey,
      "X-Service-ID": serviceId,
    },
  });
  const connectivity = createConnectivity(clock);
  const { poll, heartbeat, accept, complete } = agentCalls(wire, serviceId);
  const watched = watcher(connectivity);
  const oneATask = queueByTask();
  return {
    connectivity,
    poll: (load, signal) => watched(() => poll(load, signal), "regular"),
    heartbeat: (beat, signal) => watched(() => heartbeat(beat, signal), "regular"),
    accept: (taskId, signal) => watched(() => accept(taskId, signal)),
    complete: (report, signal) => watched(() => complete(report, signal)),
    listFiles: (taskId, signal) => watched(() => listFiles(wire, serviceId, taskId, signal)),
    fileExists: (fileId, signal) => watched(() => fileExists(wire, serviceId, fileId, signal)),
    download: (file, into, signal) => watched(() => download(wire, serviceId, file, into, signal)),
    upload: (file, signal) =>
      oneATask(file, signal, () => watched(() => upload(wire, serviceId, file, signal))),
    retrying: (call, retried) => retrying(call, { ...pace, ...retried, connectivity, clock, log }),
    renewConnections: () => wire.restart(),
    [Symbol.asyncDispose]() {
      wire[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Tells the connectivity how every call went. An answer that refuses is an answer. */
function watcher(connectivity: Connectivity) {
  return async <T>(call: () => Promise<T>, traffic?: "regular"): Promise<T> => {
    const regular = traffic === "regular";
    try {
      const result = await call();
      connectivity.succeeded(regular);
      return result;
    } catch (error) {
      if (error instanceof ServerError) {
        if (error.kind === "refused") connectivity.succeeded(regular);
        else connectivity.failed(error, regular);
      }
      throw error;
    }
  };
}

/** The Server deletes a task's partial uploads when another one begins: they go one after the other. */
function queueByTask() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(
    { taskId }: Upload,
    signal: AbortSignal,
    run: () => Promise<T>,
  ): Promise<T> => {
    const before = last.get(taskId) ?? Promise.resolve();
    const turn = before.then(() => {
      signal.throwIfAborted();
      return run();
    });
    const over = turn.then(() => {}, () => {});
    last.set(taskId, over);
    try {
      return await turn;
    } finally {
      if (last.get(taskId) === over) last.delete(taskId);
    }
  };
}
