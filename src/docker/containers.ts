import { dockerText, Failure } from "../i18n/mod.ts";
import {
  containerAnswer,
  containersAnswer,
  createAnswer,
  sizeAnswer,
  statsAnswer,
  waitAnswer,
} from "./container_answers.ts";
import type { Caller, CallRequest } from "./call.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine_error.ts";

/** Milliseconds for calls that move files about or wait for a runtime on a loaded machine. */
const SLOW_CALL_MS = 180_000;
/** What an engine may take beyond a stop's grace time. */
const STOP_EXTRA_MS = 30_000;
const WAIT_LIMIT = 64 * 1024;

/** Makes the calls about containers that have one answer. See {@linkcode Engine}. */
export function containerCalls(caller: Caller) {
  const { call, get } = caller;
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
    inspectContainer: async (id, signal) =>
      await unlessMissing(get(`${pathOf(id)}/json`, containerAnswer, { signal })),
    containerSize: async (id, signal) => {
      const options = { query: { size: true }, limitMs: SLOW_CALL_MS, signal };
      return await unlessMissing(get(`${pathOf(id)}/json`, sizeAnswer, options));
    },
    waitContainer: (id, options) => waitContainer(caller, id, options),
    unpauseContainer: (id, signal) =>
      call(
        { method: "POST", path: `${pathOf(id)}/unpause`, also: [409], signal },
        () => {},
      ),
    stopContainer: async (id, { graceSecs, signal }) => {
      const request = stopRequest(id, graceSecs, signal);
      const stop = call(request, (open) => open.status === 304 ? "already" : "stopped");
      return await unlessMissing(stop) ?? "gone";
    },
    removeContainer: (id, options) => removeContainer(caller, id, options),
    listContainers: ({ labels, all = true, signal }) => {
      const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const query = { all, filters: JSON.stringify({ label }) };
      return get("/containers/json", containersAnswer, { query, signal });
    },
    stats: async (id, signal) => {
      const query = { stream: false, "one-shot": true };
      try {
        return await unlessMissing(get(`${pathOf(id)}/stats`, statsAnswer, { query, signal }));
      } catch (error) {
        // Of one that does not run Podman 4.3 ends its answer before it has begun.
        const info = await unlessMissing(get(`${pathOf(id)}/json`, containerAnswer, { signal }));
        if (info && !info.state.running) return {};
        throw error;
      }
    },
  } satisfies Partial<Engine>;
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

async function removeContainer(
  { call }: Caller,
  id: string,
  { force = false, signal }: Parameters<Engine["removeContainer"]>[1] = {},
) {
  const removal = call({
    method: "DELETE",
    path: pathOf(id),
    query: { force, v: true },
    limitMs: SLOW_CALL_MS,
    signal,
  }, () => "removed" as const);
  try {
    return await unlessMissing(removal) ?? "gone";
  } catch (error) {
    const isTaken = error instanceof EngineError && error.status === 409;
    if (isTaken && /in progress/i.test(error.detail ?? "")) return "in_progress";
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

/**
 * Undefined where the engine itself says that there is no such thing (a wrong route is a 404 of another text).
 * Of a container that goes in this moment Podman (5.8) says so with status 500.
 */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof EngineError) || error.unreachable) throw error;
    const { status, detail = "" } = error;
    const isMissing = status === 404 && !/page not found/i.test(detail) ||
      status === 500 && /: no such container$/i.test(detail);
    if (isMissing) return undefined;
    throw error;
  }
}
