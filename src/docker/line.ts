import { dockerText } from "../i18n/mod.ts";
import { versionAnswer } from "./engine_answers.ts";
import {
  compareApiVersions,
  isApiVersion,
  negotiateApiVersion,
  NEWEST_API,
  OLDEST_API,
} from "./api_version.ts";
import { type Caller, createCaller, type Line } from "./call.ts";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { EngineError } from "./engine_error.ts";
import { engineNameOf } from "./engine_name.ts";
import { openFetchTransport } from "./fetch_transport.ts";
import type { Transport } from "./transport.ts";

/** How {@linkcode openLine} goes about it. */
export interface LineOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the engine has answered the ping. @default {PING_MS} */
  readonly pingMs?: number;
  /** Another way of speaking HTTP to the endpoint. @default {openTransport} */
  readonly open?: (endpoint: Endpoint) => Transport;
}

/** Milliseconds that a ping may take; an engine under load answers in a few. */
const PING_MS = 10_000;

/**
 * Opens new connections to an endpoint: pings the engine there and agrees on an API version.
 *
 * @throws {EngineError} when nothing answers there, something else does, or the engine is too old.
 */
export async function openLine(
  endpoint: Endpoint,
  { signal, pingMs = PING_MS, open = openTransport }: LineOptions,
): Promise<Line> {
  const transport = open(endpoint);
  try {
    const line = { endpoint, transport, version: "" };
    return { ...line, ...await negotiate(line, pingMs, signal) };
  } catch (error) {
    transport[Symbol.dispose]();
    throw error;
  }
}

/** The transport for an endpoint. Nothing is connected before the first request. */
export function openTransport(endpoint: Endpoint): Transport {
  if (endpoint.kind !== "npipe") return openFetchTransport(endpoint);
  // `node:http` is loaded only for those who have a pipe: it takes 2 MB.
  const opened = import("./node_transport.ts")
    .then((module) => module.openNodeTransport(endpoint.path));
  return {
    send: async (request) => await (await opened).send(request),
    [Symbol.dispose]: () => {},
  };
}

/** Which engine it is and the version to speak, by its own words. */
async function negotiate(
  line: Line,
  limitMs: number,
  signal?: AbortSignal,
): Promise<Pick<Line, "name" | "version">> {
  const endpoint = describeEndpoint(line.endpoint);
  const unversioned = createCaller({ line });
  const { newest, name } = await unversioned.call(
    { method: "GET", path: "/_ping", limitMs, signal },
    ({ headers }) => ({
      newest: headers.get("api-version") ?? "",
      name: engineNameOf(headers),
    }),
  );
  if (!isApiVersion(newest)) {
    throw new EngineError(dockerText.notAnEngine({ endpoint }), { unreachable: true });
  }
  const oldest = compareApiVersions(newest, NEWEST_API) > 0
    ? await oldestOf(unversioned, signal)
    : undefined;
  const version = negotiateApiVersion(newest, oldest);
  if (version !== undefined) return { name, version };
  const facts = { engine: name, endpoint, found: newest, needed: OLDEST_API };
  throw new EngineError(dockerText.engineTooOld(facts));
}

/** The oldest version that an engine newer than our newest still speaks. */
async function oldestOf(unversioned: Caller, signal?: AbortSignal): Promise<string | undefined> {
  const { minApiVersion } = await unversioned.get("/version", versionAnswer, { signal });
  return minApiVersion && isApiVersion(minApiVersion) ? minApiVersion : undefined;
}
