import { abortable } from "../util/mod.ts";
import type { DevTask, RequestRecord } from "./records.ts";
import type { RequestLog } from "./request_log.ts";
import { type State, viewTask } from "./state.ts";
import type { WaitOptions, WantedTask } from "./types.ts";

/** Waits until a task is as wanted; at once when it is. @throws {Error} as {@linkcode waitForEvent} */
export function waitForTask(
  state: State,
  taskId: string,
  wanted: WantedTask,
  options: WaitOptions,
): Promise<DevTask> {
  const fits = fitting(wanted);
  const row = state.tasks.get(taskId);
  const now = row && viewTask(row);
  if (now && fits(now)) return Promise.resolve(now);
  return waitForEvent<DevTask>(
    (listener) => state.onTask(listener),
    (task) => task.id === taskId && fits(task),
    options,
    () => `waitFor: task ${taskId} is ${state.tasks.get(taskId)?.status ?? "unknown"} by now`,
  );
}

/** Waits for the next request that is over and as wanted. @throws {Error} as {@linkcode waitForEvent} */
export function waitForRequest(
  requests: RequestLog,
  wanted: (request: RequestRecord) => boolean,
  options: WaitOptions,
): Promise<RequestRecord> {
  return waitForEvent<RequestRecord>(
    (listener) => requests.onRequest(listener),
    (request) => request.ended && wanted(request),
    options,
    () => "waitForRequest: no such request came",
  );
}

/**
 * Waits for an event that fits. `listen` calls back with each and returns what ends that.
 *
 * @throws {Error} after `timeoutMs`, in the words of `late`; the signal's reason when it is aborted
 */
function waitForEvent<E>(
  listen: (listener: (event: E) => void) => () => void,
  fits: (event: E) => boolean,
  { signal, timeoutMs }: WaitOptions,
  late: () => string,
): Promise<E> {
  const { promise, resolve, reject } = Promise.withResolvers<E>();
  if (signal?.aborted) return Promise.reject(signal.reason);
  const timer = timeoutMs === undefined
    ? undefined
    : setTimeout(() => reject(new Error(late())), timeoutMs);
  const end = listen((event) => {
    try {
      if (fits(event)) resolve(event);
    } catch (error) {
      reject(error);
    }
  });
  return (signal ? abortable(promise, signal) : promise).finally(() => {
    end();
    clearTimeout(timer);
  });
}

function fitting(wanted: WantedTask): (task: DevTask) => boolean {
  if (typeof wanted === "function") return wanted;
  if (wanted !== "ended") return ({ status }) => status === wanted;
  return ({ status }) => ["completed", "failed", "cancelled"].includes(status);
}
