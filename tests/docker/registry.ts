import { packTar } from "modern-tar";

/** Who may pull. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** How a test's registry differs from one that gives its image to everybody. */
export interface RegistryOptions {
  /** Its layer has other bytes than announced. @default {false} */
  readonly breakLayer?: boolean;
  /** It lets in nobody but this account. @default {everybody} */
  readonly account?: Account;
  /** It asks for a token that another address gives out, as Docker Hub does. @default {false} */
  readonly bearer?: boolean;
  /** The token for which that address gives out one, too: an identity token. */
  readonly identityToken?: string;
  /** It repeats in its refusals what was sent to it. @default {false} */
  readonly indiscreet?: boolean;
  /** What the image says that it is for. @default {this machine's} */
  readonly architecture?: string;
}

/** A registry with one image, spoken to by the engine itself. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `127.0.0.1:PORT/test/image` */
  readonly name: string;
  /** `127.0.0.1:PORT/test/image:1` */
  readonly reference: string;
  /** Of what the tag stands for now. */
  readonly digest: string;
  /** How often something was asked for. */
  readonly requests: number;
  /** Lets the tag stand for a new image. */
  move(): Promise<void>;
  /** Ends it before its time. */
  close(): Promise<void>;
}

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const TOKEN = crypto.randomUUID();

/** Serves an image of one small file. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const stored = new Map<string, Uint8Array<ArrayBuffer>>();
  let current = await storeImage(stored, options);
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (req) => {
    requests++;
    const { pathname, host } = new URL(req.url);
    if (pathname === "/token") return await giveToken(req, options);
    if (!mayPull(req, options)) return refusal(req, options, host);
    if (pathname === "/v2/") return Response.json({});
    const [, kind, name] = /^\/v2\/test\/image\/(manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
    const key = name === "1" && kind === "manifests" ? current : name ?? "";
    const found = stored.get(key);
    if (!found) {
      const errors = [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }];
      return Response.json({ errors }, { status: 404 });
    }
    const headers = {
      "content-type": kind === "manifests" ? MANIFEST : "application/octet-stream",
      "content-length": String(found.length),
      "docker-content-digest": key,
    };
    return new Response(req.method === "HEAD" ? null : found, { headers });
  });
  let closing: Promise<void> | undefined;
  const close = () => closing ??= server.shutdown();
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    host,
    name: `${host}/test/image`,
    reference: `${host}/test/image:1`,
    get digest() {
      return current;
    },
    get requests() {
      return requests;
    },
    async move() {
      current = await storeImage(stored, options);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Makes an image unlike every other. @returns the digest of its manifest */
async function storeImage(
  stored: Map<string, Uint8Array<ArrayBuffer>>,
  { breakLayer = false, architecture = Deno.build.arch === "aarch64" ? "arm64" : "amd64" }:
    RegistryOptions,
): Promise<string> {
  const body = new TextEncoder().encode(`made for a test ${crypto.randomUUID()}\n`);
  const layer = await packTar([{ header: { name: "hello", size: body.length }, body }]);
  const packed = await gzip(layer);
  const config = json({
    architecture,
    os: "linux",
    config: { Cmd: ["/hello"], Labels: { "made.by": "registry" } },
    rootfs: { type: "layers", diff_ids: [await digest(layer)] },
    history: [{ created_by: "test" }],
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST,
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
  stored.set(await digest(config), config);
  stored.set(await digest(packed), breakLayer ? packed.map((byte) => byte ^ 1) : packed);
  const name = await digest(manifest);
  stored.set(name, manifest);
  return name;
}

function mayPull(request: Request, { account, bearer }: RegistryOptions): boolean {
  if (!account) return true;
  const sent = request.headers.get("authorization");
  return sent === (bearer ? `Bearer ${TOKEN}` : basic(account));
}

function refusal(request: Request, options: RegistryOptions, host: string): Response {
  const asked = options.bearer
    ? `Bearer realm="http://${host}/token",service="test"`
    : 'Basic realm="test"';
  const sent = options.indiscreet ? `: ${request.headers.get("authorization")}` : "";
  const errors = [{ code: "UNAUTHORIZED", message: `authentication required${sent}` }];
  return Response.json({ errors }, { status: 401, headers: { "www-authenticate": asked } });
}

/** By GET for an account, by POST for an identity token (OAuth 2). */
async function giveToken(request: Request, options: RegistryOptions): Promise<Response> {
  const { account, identityToken } = options;
  const form = new URLSearchParams(request.method === "POST" ? await request.text() : "");
  const isKnown = form.get("grant_type") === "refresh_token"
    ? form.get("refresh_token") === identityToken
    : account && request.headers.get("authorization") === basic(account);
  if (!isKnown) return Response.json({ details: "unauthorized" }, { status: 401 });
  return Response.json({ token: TOKEN, access_token: TOKEN });
}

function basic({ username, password }: Account): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
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
