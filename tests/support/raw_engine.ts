import { openTransport } from "../../src/docker/line.ts";
import type { Engine } from "../../src/docker/mod.ts";

// What agent-core itself has no use for, by the Engine API's own names.

interface RawContainer {
  readonly Name: string;
  /** Its id. */
  readonly Image: string;
  readonly Config: { readonly Env: readonly string[] };
  readonly HostConfig: { readonly LogConfig: { readonly Type: string } };
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string }[];
}

interface RawImage {
  readonly RepoDigests: readonly string[];
  readonly Config: {
    readonly User: string;
    readonly WorkingDir: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
}

/** What the engine says of a container. */
export async function rawContainer(engine: Engine, id: string): Promise<RawContainer> {
  return JSON.parse(await send(engine, "GET", `/containers/${id}/json`));
}

/** What the engine says of an image. */
export async function rawImage(engine: Engine, reference: string): Promise<RawImage> {
  return JSON.parse(await send(engine, "GET", `/images/${reference}/json`));
}

/** Makes a call, without a body unless one is given. */
export async function post(engine: Engine, path: string, body?: object): Promise<void> {
  await send(engine, "POST", path, body);
}

async function send(
  { endpoint }: Engine,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  using transport = openTransport(endpoint);
  const signal = AbortSignal.timeout(60_000);
  const content = body && {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await transport.send({ method, path, headers: {}, ...content, signal });
  const words = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${words}`);
  return words;
}
