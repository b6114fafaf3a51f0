import { dockerText, Failure } from "../i18n/mod.ts";
import {
  containerAnswer,
  containersAnswer,
  createAnswer,
  sizeAnswer,
  statsAnswer,
  waitAnswer,
} from "./container_answers.ts";
import { CALL_MS, type Caller, type CallRequest } from "./call.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine_error.ts";

/** Milliseconds for calls that move files about or wait for a runtime on a loaded machine. */
const SLOW_CALL_MS = 180_000;
/** What an engine may take beyond a stop's grace time. */
const STOP_EXTRA_MS = 30_000;
const WAIT_LIMIT = 64 * 1024;

/** The calls about containers that have one answer. */
export type ContainerCalls = Pick<
  Engine,
  | "createContainer"
  | "startContainer"
  | "inspectContainer"
  | "containerSize"
  | "waitContainer"
  | "stopContainer"
  | "killContainer"
  | "removeContainer"
  | "listContainers"
  | "stats"
>;

/** Makes those calls. See {@linkcode Engine}. */
export function containerCalls(caller: Caller): ContainerCalls {
  const { call } = caller;
  return {
    createContainer: (name, spec, signal) =>
      call(
        {
          method: "POST",
          path: "/containers/create",
          query: { name: checkedName(name) },
          body: spec,
          limitMs: SLOW_CALL_MS,
          signal,
        },
        async (open) => (await open.json(createAnswer)).Id,
      ),
    startContainer: (id, signal) =>
      call(
        {
          method: "POST",
          path: `${pathOf(id)}/start`,
          also: [304],
          limitMs: SLOW_CALL_MS,
          signal,
        },
        (open) => open.status === 304 ? "already" : "started",
      ),
    inspectContainer: (id, signal) =>
      unlessMissing(() =>
        call({ method: "GET", path: `${pathOf(id)}/json`, signal }, (o) => o.json(containerAnswer))
      ),
    containerSize: (id, signal) =>
      unlessMissing(() =>
        call(
          {
            method: "GET",
            path: `${pathOf(id)}/json`,
            query: { size: true },
            limitMs: SLOW_CALL_MS,
            signal,
          },
          (open) => open.json(sizeAnswer),
        )
      ),
    waitContainer: (id, options) => waitContainer(caller, id, options),
    stopContainer: async (id, { graceSecs, signal }) =>
      await unlessMissing(() =>
        call(stopRequest(id, graceSecs, signal), (o) => o.status === 304 ? "already" : "stopped")
      ) ?? "gone",
    killContainer: (id, options) => killContainer(caller, id, options),
    removeContainer: (id, options) => removeContainer(caller, id, options),
    listContainers: ({ labels, all = true, signal }) => {
      const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const query = { all, filters: JSON.stringify({ label }) };
      return call(
        { method: "GET", path: "/containers/json", query, signal },
        (open) => open.json(containersAnswer),
      );
    },
    stats: (id, signal) =>
      unlessMissing(() =>
        call({
          method: "GET",
          path: `${pathOf(id)}/stats`,
          query: { stream: false, "one-shot": true },
          signal,
        }, (open) => open.json(statsAnswer))
      ),
  };
}

async function waitContainer(
  caller: Caller,
  id: string,
  { condition, signal, onOpen }: Parameters<Engine["waitContainer"]>[1] = {},
) {
  const request: CallRequest = {
    method: "POST",
    path: `${pathOf(id)}/wait`,
    query: { condition },
    limitMs: CALL_MS,
    signal,
  };
  return await caller.call(request, async (open) => {
    open.watch.rest();
    onOpen?.();
    return await open.json(waitAnswer, WAIT_LIMIT);
  });
}

function stopRequest(id: string, graceSecs: number, signal?: AbortSignal): CallRequest {
  const secs = Math.max(0, Math.ceil(graceSecs));
  return {
    method: "POST",
    path: `${pathOf(id)}/stop`,
    query: { t: secs },
    also: [304],
    limitMs: secs * 1000 + STOP_EXTRA_MS,
    signal,
  };
}

async function killContainer(
  { call }: Caller,
  id: string,
  { killSignal = "KILL", signal }: Parameters<Engine["killContainer"]>[1] = {},
) {
  const query = { signal: killSignal };
  try {
    await call({ method: "POST", path: `${pathOf(id)}/kill`, query, signal }, () => {});
    return "killed";
  } catch (error) {
    if (isMissing(error)) return "gone";
    if (error instanceof EngineError && error.status === 409) return "not_running";
    throw error;
  }
}

async function removeContainer(
  { call }: Caller,
  id: string,
  { force = false, signal }: Parameters<Engine["removeContainer"]>[1] = {},
) {
  try {
    await call({
      method: "DELETE",
      path: pathOf(id),
      query: { force, v: true },
      limitMs: SLOW_CALL_MS,
      signal,
    }, () => {});
    return "removed";
  } catch (error) {
    if (isMissing(error)) return "gone";
    if (error instanceof EngineError && error.status === 409) {
      if (/in progress/i.test(error.detail ?? "")) return "in_progress";
    }
    throw error;
  }
}

/** The URL path of a container. Only what can be an id or a name gets into it. */
export function pathOf(idOrName: string): string {
  return `/containers/${checkedName(idOrName)}`;
}

function checkedName(name: string): string {
  if (name.length <= 255 && /^[A-Za-z0-9][\w.-]*$/.test(name)) return name;
  throw new Failure(dockerText.badContainer({ name: name.slice(0, 300) }));
}

/** The engine's own word that there is no such thing (a wrong route is a 404 of another text). */
export function isMissing(error: unknown): boolean {
  return error instanceof EngineError && error.status === 404 && !error.unreachable &&
    !/page not found/i.test(error.detail ?? "");
}

/** Undefined where the engine says that there is no such thing. */
export async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
