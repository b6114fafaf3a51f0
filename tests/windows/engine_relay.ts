import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** Where the drives of a Windows machine are on this one: `{ c: "/…/drive_c", z: "/" }`. */
export type Drives = Readonly<Record<string, string>>;

/** An engine for Windows programs: the real one, reached over TCP. */
export interface EngineRelay extends AsyncDisposable {
  readonly port: number;
  /** Sources of mounts as they came, before they were translated. */
  readonly mounted: readonly string[];
}

/**
 * Stands between Windows programs and a real engine, which listens on a unix socket that wine cannot
 * reach. It passes on everything as it is but the host paths of new containers: those it translates,
 * as Docker Desktop does, from `/c/…` or `C:\…` to where that drive is for the engine.
 */
export async function relayEngine(socketPath: string, drives: Drives): Promise<EngineRelay> {
  const mounted: string[] = [];
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing, socketPath, (body) => translate(body, drives, mounted))
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the relay has no port");
  return {
    port: address.port,
    mounted,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  socketPath: string,
  translated: (body: string) => string,
): Promise<void> {
  const { method, url = "/", headers } = incoming;
  const creates = method === "POST" && /\/containers\/create(\?|$)/.test(url);
  const body = creates ? Buffer.from(translated(await text(incoming))) : undefined;
  const onward = request({
    socketPath,
    method,
    path: url,
    headers: body ? { ...headers, "content-length": body.length } : headers,
  }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    // The headers of a wait come long before its body.
    outgoing.flushHeaders();
    answer.on("error", () => outgoing.destroy());
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  // Whoever breaks off, does so on both sides: an aborted wait or log must not stay open.
  outgoing.on("close", () => onward.destroy());
  if (body) onward.end(body);
  else incoming.pipe(onward);
}

interface CreateBody {
  HostConfig?: { Mounts?: { Type: string; Source?: string }[] };
}

function translate(body: string, drives: Drives, mounted: string[]): string {
  const spec: CreateBody = JSON.parse(body);
  for (const mount of spec.HostConfig?.Mounts ?? []) {
    if (mount.Type !== "bind" || mount.Source === undefined) continue;
    mounted.push(mount.Source);
    mount.Source = hostPath(mount.Source, drives);
  }
  return JSON.stringify(spec);
}

/** `/c/data` and `C:\data` → `/…/drive_c/data`; anything else stays as it is. */
export function hostPath(path: string, drives: Drives): string {
  const [, letter, rest] = /^(?:\/([a-z])(?=\/|$)|([A-Za-z]):)(.*)$/.exec(path)
    ?.filter((group) => group !== undefined) ?? [];
  const drive = letter === undefined ? undefined : drives[letter.toLowerCase()];
  if (drive === undefined) return path;
  return drive.replace(/\/$/, "") + rest.replaceAll("\\", "/");
}
