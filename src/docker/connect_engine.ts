import { infoAnswer, networkAnswer, versionAnswer } from "./answers.ts";
import { type Caller, createCaller } from "./call.ts";
import { streamCalls } from "./container_streams.ts";
import { containerCalls, unlessMissing } from "./containers.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { imageCalls } from "./images.ts";
import { type LineOptions, openLine, PING_MS } from "./line.ts";

/** How to connect. */
export type ConnectOptions = LineOptions;

/**
 * Connects to the engine at a known endpoint: pings it and agrees on an API version.
 *
 * ```ts
 * await using engine = await connectEngine({ kind: "unix", path: "/var/run/docker.sock" });
 * ```
 *
 * @throws {EngineError} when nothing answers there, something else does, or the engine is too old.
 */
export async function connectEngine(
  endpoint: Endpoint,
  options: ConnectOptions = {},
): Promise<Engine> {
  let line = await openLine(endpoint, options);
  let closed = false;
  const renew = async (signal?: AbortSignal) => {
    const next = await openLine(endpoint, { ...options, signal });
    // Calls that are under way on the earlier one go on.
    (closed ? next : line).transport[Symbol.dispose]();
    if (!closed) line = next;
  };
  const caller = createCaller(endpoint, () => line, renew);
  return {
    endpoint,
    get apiVersion() {
      return line.version;
    },
    renew,
    ...engineCalls(caller),
    ...imageCalls(caller),
    ...containerCalls(caller),
    ...streamCalls(caller),
    [Symbol.asyncDispose]: () => {
      closed = true;
      return Promise.resolve(line.transport[Symbol.dispose]());
    },
  };
}

function engineCalls(
  { call }: Caller,
): Pick<Engine, "ping" | "version" | "info" | "startMark"> {
  return {
    ping: (signal) =>
      call({ method: "GET", path: "/_ping", limitMs: PING_MS, signal }, async (open) => {
        await open.body().cancel();
      }),
    version: (signal) =>
      call({ method: "GET", path: "/version", signal }, (open) => open.json(versionAnswer)),
    info: (signal) =>
      call({ method: "GET", path: "/info", signal }, (open) => open.json(infoAnswer)),
    startMark: async (signal) => {
      const network = await unlessMissing(() =>
        call(
          { method: "GET", path: "/networks/bridge", signal },
          (open) => open.json(networkAnswer),
        )
      );
      return network && `${network.Id} ${network.Created}`;
    },
  };
}
