import { dockerText, Failure, type Text } from "../i18n/mod.ts";
import type { Endpoint, TlsMaterial } from "./endpoint.ts";

/** The words of an address before TLS comes in: the same kinds as {@linkcode Endpoint}. */
export type EngineAddress =
  | { readonly kind: "unix" | "npipe"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port?: number; readonly tls: boolean };

/** Ports of dockerd by Docker's own convention, plain and with TLS. */
const PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an address as DOCKER_HOST has it: `unix:///path`, `tcp://host:port` (also `http`, `https`),
 * `npipe:////./pipe/name`, or just an absolute path of a socket or pipe.
 *
 * @param source where it came from, for the message.
 * @throws {Failure} when it is of another kind, or one that this system does not have.
 */
export function parseEngineAddress(
  host: string,
  { source, os }: { readonly source: Text; readonly os: typeof Deno.build.os },
): EngineAddress {
  const [, scheme = "", rest = host] = /^([a-z]+):\/\/(.*)$/is.exec(host) ?? [];
  const kind = scheme.toLowerCase();
  if (kind === "ssh") throw new Failure(dockerText.hostSsh({ host, source }));
  if (kind === "npipe" || (kind === "" && isPipe(rest))) {
    if (!isPipe(rest)) throw new Failure(dockerText.hostUnknown({ host, source }));
    if (os !== "windows") throw new Failure(dockerText.pipeElsewhere({ host, source }));
    return { kind: "npipe", path: rest.replaceAll("\\", "/") };
  }
  if ((kind === "unix" || kind === "") && rest.startsWith("/")) {
    if (os === "windows") throw new Failure(dockerText.socketOnWindows({ host, source }));
    return { kind: "unix", path: rest };
  }
  const tcp = ["tcp", "http", "https"].includes(kind)
    ? parseTcp(rest, kind === "https")
    : undefined;
  if (tcp === undefined) throw new Failure(dockerText.hostUnknown({ host, source }));
  return tcp;
}

function isPipe(path: string): boolean {
  return /^[/\\]{2}[^/\\]+[/\\]pipe[/\\].+$/i.test(path);
}

function parseTcp(rest: string, tls: boolean): EngineAddress | undefined {
  // A URL that is neither http nor https keeps its port even where it is the default one.
  const url = URL.parse(`tcp://${rest}`);
  if (!url || url.hostname === "" || url.username !== "" || url.search !== "") return undefined;
  if (url.pathname !== "" && url.pathname !== "/") return undefined;
  return {
    kind: "tcp",
    host: url.hostname,
    tls,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
  };
}

/** The endpoint of an address. `tls` is used where the address is tcp; without it tcp is plain. */
export function endpointOf(address: EngineAddress, tls?: TlsMaterial): Endpoint {
  if (address.kind !== "tcp") return { kind: address.kind, path: address.path };
  const secure = tls ?? (address.tls ? {} : undefined);
  const { host, port = secure ? TLS_PORT : PORT } = address;
  return secure
    ? { kind: "tcp", url: `https://${host}:${port}`, tls: secure }
    : { kind: "tcp", url: `http://${host}:${port}` };
}
