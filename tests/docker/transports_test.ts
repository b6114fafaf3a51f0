import assert from "node:assert/strict";
import { join } from "@std/path";
import { packTar, unpackTar } from "modern-tar";
import { connectEngine, type Engine, findEngine } from "../../src/docker/mod.ts";
import { openNodeTransport } from "../../src/docker/node_transport.ts";
import { traitsOf } from "../../src/executor/docker/engine_traits.ts";
import { withTestEngine } from "../support/engine.ts";
import { makeCertificates, startRelay } from "./relay.ts";
import { create, runToEnd } from "./support.ts";

/** What every transport must carry: small calls, long ones, streams both ways, aborts. */
async function exercise(engine: Engine): Promise<void> {
  await engine.version();
  const { id, statusCode } = await runToEnd(engine, "seq 1 20000; echo bad >&2; exit 5");
  assert.equal(statusCode, 5);
  let out = 0;
  // What Podman follows is not whole.
  const follow = traitsOf(engine).followsLogs;
  for await (const frame of engine.logs(id, { follow, timestamps: true })) {
    if (frame.stream === "stdout") out += frame.data.length;
  }
  assert.equal(out, 108894);

  const body = new Uint8Array(5_000_000).map((_, i) => i % 251);
  const tar = await packTar([{ header: { name: "data", size: body.length }, body }]);
  await engine.putArchive(id, "/workspace", ReadableStream.from([tar.slice(0, 99), tar.slice(99)]));
  const [back] = await unpackTar(await engine.archive(id, "/workspace/data"));
  assert.deepEqual(back.data, body);
  assert.equal(await engine.startContainer(id), "started");
  await engine.waitContainer(id);
  assert.equal(await engine.stopContainer(id, { graceSecs: 1 }), "already");
  await engine.removeContainer(id);
  await assert.rejects(engine.startContainer(id), { status: 404 });
  await abortsEverything(engine);
}

async function abortsEverything(engine: Engine): Promise<void> {
  const id = await create(engine, "yes | head -c 30000000 > /big; yes");
  await engine.startContainer(id);
  const stop = new AbortController();
  const { signal } = stop;
  const opened = Promise.withResolvers<void>();
  const flowing = Promise.withResolvers<void>();
  const waiting = engine.waitContainer(id, { signal, onOpen: opened.resolve });
  const following = (async () => {
    for await (const _ of engine.logs(id, { follow: true, timestamps: false, signal })) {
      flowing.resolve();
    }
  })();
  await Promise.all([opened.promise, flowing.promise]);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, { message: "enough" });
  await assert.rejects(following, { message: "enough" });
  for await (const _ of engine.logs(id, { follow: true, timestamps: false })) break;
  await (await engine.archive(id, "/bin")).cancel();
  await engine.removeContainer(id, { force: true });
}

Deno.test("fetch over the unix socket", () => withTestEngine(exercise));

Deno.test("node:http over a socket's path, as for a named pipe", () =>
  withTestEngine(async ({ endpoint }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    // Deno 2.6 forgets to catch its own error when an answer is given up (2.9 does not). Its node:http
    // cannot reach a pipe anyway, so nobody meets that outside this test.
    const forgive = (event: PromiseRejectionEvent) => {
      if (event.reason instanceof Deno.errors.Interrupted) event.preventDefault();
    };
    addEventListener("unhandledrejection", forgive);
    await using _ = {
      [Symbol.asyncDispose]: () =>
        Promise.resolve(removeEventListener("unhandledrejection", forgive)),
    };
    const open = () => openNodeTransport(endpoint.path);
    await using engine = await connectEngine(endpoint, { open });
    await exercise(engine);
  }));

Deno.test("tcp without TLS", () =>
  withTestEngine(async ({ endpoint }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    await using relay = startRelay(endpoint.path);
    await using engine = await findEngine({ env: {}, host: `tcp://127.0.0.1:${relay.port}` });
    await exercise(engine);
    assert.ok(relay.connections > 0);
  }));

Deno.test("tcp with TLS by DOCKER_CERT_PATH, and never with another authority's certificate", () =>
  withTestEngine(async ({ endpoint }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
    try {
      await using relay = startRelay(endpoint.path, { tls: await makeCertificates(folder) });
      const DOCKER_HOST = `tcp://127.0.0.1:${relay.port}`;
      const env = { DOCKER_HOST, DOCKER_CERT_PATH: folder, DOCKER_TLS_VERIFY: "1" };
      {
        await using engine = await findEngine({ env });
        assert.equal(engine.endpoint.kind, "tcp");
        await exercise(engine);
      }
      const stranger = join(folder, "stranger");
      await Deno.mkdir(stranger);
      await makeCertificates(stranger);
      const wrong = { ...env, DOCKER_CERT_PATH: stranger };
      await assert.rejects(findEngine({ env: wrong }), /TLS failed .*(UnknownIssuer|BadSignature)/);
      const unverified = { ...env, DOCKER_CERT_PATH: stranger, DOCKER_TLS_VERIFY: "" };
      await assert.rejects(findEngine({ env: unverified }), /TLS failed/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }));
