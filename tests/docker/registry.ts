import { packTar } from "modern-tar";

/** A registry with one image, spoken to by the engine itself. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:PORT/test/image:1` */
  readonly reference: string;
}

/** Serves an image of one small file; with `breakLayer` its layer has other bytes than announced. */
export async function startRegistry(
  { breakLayer = false, closed = false }: {
    readonly breakLayer?: boolean;
    /** It lets in only who has logged in. */
    readonly closed?: boolean;
  } = {},
): Promise<Registry> {
  const body = new TextEncoder().encode(`made for a test ${crypto.randomUUID()}\n`);
  const layer = await packTar([{ header: { name: "hello", size: body.length }, body }]);
  const packed = await gzip(layer);
  const config = json({
    architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    os: "linux",
    config: { Cmd: ["/hello"], Labels: { "made.by": "registry" } },
    rootfs: { type: "layers", diff_ids: [await digest(layer)] },
    history: [{ created_by: "test" }],
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: {
      mediaType: "application/vnd.docker.container.image.v1+json",
      size: config.length,
      digest: await digest(config),
    },
    layers: [{
      mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
      size: packed.length,
      digest: await digest(packed),
    }],
  });
  const blobs = new Map([
    [await digest(config), config],
    [await digest(packed), breakLayer ? packed.map((byte) => byte ^ 1) : packed],
  ]);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (req) => {
    const path = new URL(req.url).pathname;
    if (closed) {
      const headers = { "www-authenticate": 'Basic realm="test"' };
      const errors = [{ code: "UNAUTHORIZED", message: "authentication required" }];
      return Response.json({ errors }, { status: 401, headers });
    }
    if (path === "/v2/") return Response.json({});
    const [, kind, name] = /^\/v2\/test\/image\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    const known = name === "1" || name === await digest(manifest);
    const found = kind === "manifests" ? known ? manifest : undefined : blobs.get(name ?? "");
    if (!found) {
      const errors = [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }];
      return Response.json({ errors }, { status: 404 });
    }
    const type = kind === "manifests"
      ? "application/vnd.docker.distribution.manifest.v2+json"
      : "application/octet-stream";
    const headers = {
      "content-type": type,
      "content-length": String(found.length),
      "docker-content-digest": await digest(found),
    };
    return new Response(req.method === "HEAD" ? null : found, { headers });
  });
  return {
    reference: `127.0.0.1:${server.addr.port}/test/image:1`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function json(value: object): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = ReadableStream.from([bytes]).pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
