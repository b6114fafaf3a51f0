import { dockerText } from "../i18n/mod.ts";
import { infoAnswer, networkAnswer, versionAnswer } from "./answers.ts";
import { compareApiVersions, isApiVersion, negotiateApiVersion } from "./api_version.ts";
import { NEWEST_API, OLDEST_API } from "./api_version.ts";
import { type Caller, createCaller } from "./call.ts";
import { streamCalls } from "./container_streams.ts";
import { containerCalls, unlessMissing } from "./containers.ts";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import { imageCalls } from "./images.ts";
import { openTransport, type Transport } from "./transport.ts";

/** How to connect. */
export interface ConnectOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the engine has answered the first ping. @default {10_000} */
  readonly pingMs?: number;
  /** Another way of speaking HTTP to the endpoint. @default {the endpoint's own} */
  readonly transport?: Transport;
}

/** Milliseconds that a ping may take; an engine under load answers in a few. */
const PING_MS = 10_000;

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
  { signal, pingMs = PING_MS, transport = openTransport(endpoint) }: ConnectOptions = {},
): Promise<Engine> {
  try {
    const apiVersion = await negotiate(createCaller(transport, endpoint, ""), pingMs, signal);
    const caller = createCaller(transport, endpoint, apiVersion);
    return {
      endpoint,
      apiVersion,
      ...engineCalls(caller),
      ...imageCalls(caller),
      ...containerCalls(caller),
      ...streamCalls(caller),
      [Symbol.asyncDispose]: () => Promise.resolve(transport[Symbol.dispose]()),
    };
  } catch (error) {
    transport[Symbol.dispose]();
    throw error;
  }
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

/** The version to speak, by the engine's own words. */
async function negotiate(
  unversioned: Caller,
  limitMs: number,
  signal?: AbortSignal,
): Promise<string> {
  const name = "GET /_ping";
  const endpoint = describeEndpoint(unversioned.endpoint);
  const newest = await unversioned.call(
    { method: "GET", path: "/_ping", limitMs, signal },
    (open) => open.headers.get("api-version") ?? "",
  );
  if (!isApiVersion(newest)) {
    throw new EngineError(dockerText.notAnEngine({ endpoint }), { call: name, unreachable: true });
  }
  const oldest = compareApiVersions(newest, NEWEST_API) > 0
    ? await oldestOf(unversioned, signal)
    : undefined;
  const version = negotiateApiVersion(newest, oldest);
  if (version !== undefined) return version;
  const text = dockerText.engineTooOld({ endpoint, found: newest, needed: OLDEST_API });
  throw new EngineError(text, { call: name });
}

/** The oldest version that an engine newer than our newest still speaks. */
async function oldestOf(unversioned: Caller, signal?: AbortSignal): Promise<string | undefined> {
  const { minApiVersion } = await unversioned.call(
    { method: "GET", path: "/version", signal },
    (open) => open.json(versionAnswer),
  );
  return minApiVersion && isApiVersion(minApiVersion) ? minApiVersion : undefined;
}
