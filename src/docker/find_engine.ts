import { join } from "@std/path";
import { dockerText, Failure, joinTexts, type Text, textOf } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import { homeFolder } from "../util/mod.ts";
import type { Line } from "./call.ts";
import { createEngine } from "./connect_engine.ts";
import { currentDockerContext } from "./docker_context.ts";
import { describeEndpoint, type Endpoint, type TlsMaterial } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { endpointOf, parseEngineAddress } from "./engine_address.ts";
import { EngineError } from "./engine_error.ts";
import { reasonOf } from "./explain_error.ts";
import { openLine } from "./line.ts";
import { type FindLogin, findRegistryLogin } from "./registry_login.ts";
import { readTlsFolder } from "./tls_folder.ts";
import { usualEndpoints } from "./usual_endpoints.ts";

/** Where to look for an engine. */
export interface FindEngineOptions {
  /** `[docker] host` of the configuration; goes before everything else. */
  readonly host?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home folder. @default {HOME or USERPROFILE of `env`} */
  readonly home?: string;
  /** @default {Deno.build.os} */
  readonly os?: typeof Deno.build.os;
  /** The user's number. @default {Deno.uid()} */
  readonly uid?: number;
  readonly log?: Logger;
  readonly signal?: AbortSignal;
}

/** An endpoint, and who named it. */
interface Candidate {
  readonly endpoint: Endpoint;
  readonly source: Text;
}

/**
 * Finds the engine: `[docker] host`, else DOCKER_HOST, else the docker context in use, else the first
 * of the usual places that answers. What a person has named is not replaced by something else.
 *
 * @throws {EngineError} that lists everything tried, each with its reason; {@linkcode Failure} for an
 * address, context or certificate that cannot be used.
 */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const line = await tryEach(await candidates(options), options);
  const open = (signal?: AbortSignal) => openLine(line.endpoint, { signal });
  return createEngine(line.endpoint, open, { first: line, findLogin: loginFinder(options) });
}

/**
 * The same where no engine need be there yet: each call looks for it as {@linkcode findEngine} does, and
 * keeps to the one that was found first.
 *
 * @throws {Failure} for an address, context or certificate that cannot be used; its calls throw
 * {@linkcode EngineError} as long as there is no engine.
 */
export async function expectEngine(options: FindEngineOptions): Promise<Engine> {
  const places = await candidates(options);
  let open = async (signal?: AbortSignal) => {
    const line = await tryEach(places, { ...options, signal });
    open = (signal) => openLine(line.endpoint, { signal });
    return line;
  };
  const findLogin = loginFinder(options);
  return createEngine(places[0].endpoint, (signal) => open(signal), { findLogin });
}

function loginFinder({ env, home }: FindEngineOptions): FindLogin {
  return (name, signal) => findRegistryLogin(name, { env, home, signal });
}

/**
 * The sockets among which {@linkcode findEngine} would look for the engine, for an account whose files
 * need not be readable: none where the engine is elsewhere, or named by a docker context.
 */
export function engineSockets(
  { host, env, home, os = Deno.build.os, uid }: Omit<FindEngineOptions, "log" | "signal">,
): string[] {
  const named = host || env.DOCKER_HOST;
  if (!named && env.DOCKER_CONTEXT) return [];
  const places = named
    ? [parseEngineAddress(named.trim(), { source: dockerText.fromEnvironment, os })]
    : usualEndpoints({ os, env, home, uid });
  return places.flatMap((place) => place.kind === "unix" ? [place.path] : []);
}

/** The first that answers. */
async function tryEach(
  places: readonly Candidate[],
  { log = SILENT, signal }: FindEngineOptions,
): Promise<Line> {
  const failures: Text[] = [];
  for (const { endpoint, source } of places) {
    try {
      const line = await openLine(endpoint, { signal });
      if (isPlainRemote(endpoint)) {
        log.warn(dockerText.plainTcp({ endpoint: describeEndpoint(endpoint) }));
      }
      return line;
    } catch (error) {
      signal?.throwIfAborted();
      const reason = reasonForList(error, endpoint);
      failures.push(dockerText.tried({ endpoint: describeEndpoint(endpoint), source, reason }));
    }
  }
  const words = dockerText.noEngine({ tried: joinTexts(failures) });
  throw new EngineError(words, { unreachable: true });
}

/** Every endpoint to try, in order. */
async function candidates(options: FindEngineOptions): Promise<Candidate[]> {
  const { env, host, os = Deno.build.os } = options;
  const home = options.home ?? homeFolder(env);
  const folder = env.DOCKER_CONFIG || (home === undefined ? undefined : join(home, ".docker"));
  const named = host || env.DOCKER_HOST;
  if (named) {
    const source = host ? dockerText.fromConfig : dockerText.fromEnvironment;
    const address = parseEngineAddress(named.trim(), { source, os });
    const tls = address.kind === "tcp" ? await environmentTls(env, folder, address.tls) : undefined;
    return [{ endpoint: endpointOf(address, tls), source }];
  }
  const context = folder === undefined
    ? undefined
    : await currentDockerContext(folder, env, options.log ?? SILENT);
  if (context) {
    const source = dockerText.fromContext({ name: context.name });
    const address = parseEngineAddress(context.host, { source, os });
    return [{ endpoint: endpointOf(address, context.tls), source }];
  }
  const uid = options.uid ?? Deno.uid() ?? undefined;
  return usualEndpoints({ os, env, home, uid })
    .map((endpoint) => ({ endpoint, source: dockerText.fromUsual }));
}

/**
 * TLS by the docker command's variables: on as soon as one of them is set, from DOCKER_CERT_PATH, else
 * from its configuration folder. The engine's certificate is verified whatever they say.
 */
async function environmentTls(
  env: FindEngineOptions["env"],
  folder: string | undefined,
  https: boolean,
): Promise<TlsMaterial | undefined> {
  const wanted = env.DOCKER_TLS_VERIFY || env.DOCKER_TLS || env.DOCKER_CERT_PATH || https;
  const from = env.DOCKER_CERT_PATH || folder;
  if (!wanted || from === undefined) return undefined;
  const tls = await readTlsFolder(from);
  if (tls === undefined && !https) {
    throw new Failure(dockerText.tlsFilesMissing({ folder: from }));
  }
  return tls;
}

function isPlainRemote(endpoint: Endpoint): boolean {
  if (endpoint.kind !== "tcp" || endpoint.tls) return false;
  return !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint.url).hostname);
}

/** The bare reason where nothing answered; else the whole message. */
function reasonForList(error: unknown, endpoint: Endpoint): Text {
  if (error instanceof EngineError && error.cause !== undefined) {
    return reasonOf(error.cause, endpoint);
  }
  return textOf(error);
}
