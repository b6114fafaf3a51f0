import type { DevTask, RequestRecord, TaskStatus } from "./records.ts";
import type { RequestLog } from "./request_log.ts";
import { type State, viewTask } from "./state.ts";
import type { WaitOptions } from "./types.ts";

/** Waits until a task is as wanted; at once when it is. @throws {Error} as {@linkcode waitForEvent} */
export function waitForTask(
  state: State,
  taskId: string,
  wanted: "ended" | TaskStatus | ((task: DevTask) => boolean),
  options: WaitOptions,
): Promise<DevTask> {
  const fits = fitting(wanted);
  const row = state.tasks.get(taskId);
  const now = row && viewTask(row);
  if (now && fits(now)) return Promise.resolve(now);
  return waitForEvent<DevTask, DevTask>(
    (listener) => state.onTask(listener),
    (task) => task.id === taskId && fits(task) ? task : undefined,
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
  return waitForEvent<RequestRecord, RequestRecord>(
    (listener) => requests.onRequest(listener),
    (request) => request.ended && wanted(request) ? request : undefined,
    options,
    () => "waitForRequest: no such request came",
  );
}

/**
 * Waits for an event. `listen` calls back with each and returns what ends that; `pick` gives the wanted
 * value, or undefined to wait on.
 *
 * @throws {Error} after `timeoutMs`, in the words of `late`; the signal's reason when it is aborted
 */
function waitForEvent<E, T>(
  listen: (listener: (event: E) => void) => () => void,
  pick: (event: E) => T | undefined,
  { signal, timeoutMs }: WaitOptions,
  late: () => string,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  if (signal?.aborted) return Promise.reject(signal.reason);
  const onAbort = () => reject(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = timeoutMs === undefined
    ? undefined
    : setTimeout(() => reject(new Error(late())), timeoutMs);
  const end = listen((event) => {
    try {
      const value = pick(event);
      if (value !== undefined) resolve(value);
    } catch (error) {
      reject(error);
    }
  });
  return promise.finally(() => {
    end();
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  });
}

function fitting(
  wanted: "ended" | TaskStatus | ((task: DevTask) => boolean),
): (task: DevTask) => boolean {
  if (typeof wanted === "function") return wanted;
  if (wanted !== "ended") return ({ status }) => status === wanted;
  return ({ status }) => ["completed", "failed", "cancelled"].includes(status);
}
