import { infoAnswer, networkAnswer, versionAnswer } from "./engine_answers.ts";
import { type Caller, createCaller, type Line } from "./call.ts";
import { streamCalls } from "./container_streams.ts";
import { containerCalls, unlessMissing } from "./containers.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { imageCalls } from "./images.ts";
import { type LineOptions, openLine } from "./line.ts";
import { type FindLogin, noLogin } from "./registry_login.ts";

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
  options: LineOptions & Pick<EngineOptions, "findLogin"> = {},
): Promise<Engine> {
  const open = (signal?: AbortSignal) => openLine(endpoint, { ...options, signal });
  const first = await open(options.signal);
  return createEngine(endpoint, open, { first, findLogin: options.findLogin });
}

/** What an engine may begin with. */
export interface EngineOptions {
  /** A line that is open. */
  readonly first?: Line;
  /** Looks for the login of an image that is pulled. @default {none is found} */
  readonly findLogin?: FindLogin;
}

/**
 * An engine that need not have a line yet: then every call looks for one by `open`, and is refused with
 * its error as long as there is none.
 *
 * @param expected where it is looked for first
 */
export function createEngine(
  expected: Endpoint,
  open: (signal?: AbortSignal) => Promise<Line>,
  { first, findLogin = noLogin }: EngineOptions = {},
): Engine {
  let line = first;
  let closed = false;
  const renew = async (signal?: AbortSignal) => {
    const next = await open(signal);
    // Calls that are under way on the earlier one go on.
    (closed ? next : line)?.transport[Symbol.dispose]();
    if (!closed) line = next;
  };
  const caller = createCaller({
    get line() {
      return line;
    },
    renew,
  });
  return {
    get endpoint() {
      return line?.endpoint ?? expected;
    },
    get apiVersion() {
      return line?.version ?? "";
    },
    get name() {
      return line?.name;
    },
    renew,
    ...engineCalls(caller),
    ...imageCalls(caller, findLogin),
    ...containerCalls(caller),
    ...streamCalls(caller),
    [Symbol.asyncDispose]: () => {
      closed = true;
      return Promise.resolve(line?.transport[Symbol.dispose]());
    },
  };
}

function engineCalls({ get }: Caller) {
  return {
    version: (signal) => get("/version", versionAnswer, { signal }),
    info: (signal) => get("/info", infoAnswer, { signal }),
    startMark: async (signal) => {
      const network = await unlessMissing(get("/networks/bridge", networkAnswer, { signal }));
      return network && `${network.Id} ${network.Created}`;
    },
  } satisfies Partial<Engine>;
}
