import { join } from "@std/path";
import { createHash } from "node:crypto";

import { createDirectHttpClient } from "../../src/util/mod.ts";

/** A registry that has one image of this machine's engine, whatever it is asked for. */
export interface Mirror extends AsyncDisposable {
  /** `127.0.0.1:PORT`: engines trust a registry of their own machine without TLS. */
  readonly host: string;
  /** What it was asked for: the paths below `/v2/`. */
  readonly asked: readonly string[];
}

interface Blob {
  readonly path: string;
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
}

const DOCKER = "application/vnd.docker";

/** Serves `image` under every name, as a pull-through mirror of a registry does. */
export async function startMirror(image: string): Promise<Mirror> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-mirror-" });
  await save(image, folder);
  const [{ Config, Layers }] = JSON.parse(
    await Deno.readTextFile(join(folder, "manifest.json")),
  ) as { Config: string; Layers: string[] }[];
  const config = await blobOf(join(folder, Config), `${DOCKER}.container.image.v1+json`);
  const layers = await Promise.all(
    Layers.map((name) => blobOf(join(folder, name), `${DOCKER}.image.rootfs.diff.tar`)),
  );
  const entry = ({ path: _, ...rest }: Blob) => rest;
  const manifest = join(folder, "manifest");
  const type = `${DOCKER}.distribution.manifest.v2+json`;
  await Deno.writeTextFile(
    manifest,
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: entry(config),
      layers: layers.map(entry),
    }),
  );
  const top = await blobOf(manifest, type);
  const blobs = new Map([top, config, ...layers].map((blob) => [blob.digest, blob]));
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (req) => {
    const { pathname } = new URL(req.url);
    asked.push(pathname.slice("/v2/".length));
    const [, kind, name] = /\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    if (kind === undefined) return Response.json({});
    const blob = blobs.get(name) ?? (kind === "manifests" ? top : undefined);
    if (!blob) return new Response(null, { status: 404 });
    const headers = {
      "content-type": blob.mediaType,
      "content-length": String(blob.size),
      "docker-content-digest": blob.digest,
    };
    if (req.method === "HEAD") return new Response(null, { headers });
    return new Response((await Deno.open(blob.path)).readable, { headers });
  });
  return {
    host: `127.0.0.1:${server.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** `docker save`, unpacked: the agent itself has no call for that. */
async function save(image: string, folder: string): Promise<void> {
  const socket = (Deno.env.get("DOCKER_HOST") ?? "unix:///var/run/docker.sock").slice(7);
  using client = createDirectHttpClient({ proxy: { transport: "unix", path: socket } });
  const answer = await fetch(`http://localhost/images/${image}/get`, { client });
  if (!answer.ok || !answer.body) throw new Error(`save ${image}: ${await answer.text()}`);
  const tar = new Deno.Command("tar", { args: ["-x", "-C", folder], stdin: "piped" }).spawn();
  await answer.body.pipeTo(tar.stdin);
  if (!(await tar.status).success) throw new Error(`cannot unpack ${image}`);
}

async function blobOf(path: string, mediaType: string): Promise<Blob> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const buffer = new Uint8Array(1024 * 1024);
  for (let read; (read = await file.read(buffer)) !== null;) hash.update(buffer.subarray(0, read));
  return { path, mediaType, size, digest: `sha256:${hash.digest("hex")}` };
}
