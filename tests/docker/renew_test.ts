import assert from "node:assert/strict";
import { join } from "@std/path";
import { connectEngine, type Engine, EngineError } from "../../src/docker/mod.ts";
import { createEngineLink } from "../../src/executor/docker/engine_link.ts";
import { SILENT } from "../../src/log/mod.ts";
import { withTestEngine } from "../support/engine.ts";
import { answer, startFakeEngine, write } from "./fake_engine.ts";
import { type Relay, startRelay } from "./relay.ts";

const { signal } = new AbortController();

/** An engine of another version, and the real one, which takes its place at `endpoint` when told to. */
async function replaceable(apiVersion: string, real: string) {
  const former = await startFakeEngine((conn) =>
    write(conn, answer("OK", "200 OK", `Api-Version: ${apiVersion}\r\n`))
  );
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  const path = join(folder, "d.sock");
  assert.ok(former.endpoint.kind === "unix");
  await Deno.symlink(former.endpoint.path, path);
  return {
    endpoint: { kind: "unix", path } as const,
    replace: async () => {
      await Deno.remove(path);
      await Deno.symlink(real, path);
      await former[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("an engine whose successor refuses the version is spoken to in another one", () =>
  withTestEngine(async ({ name, endpoint, apiVersion }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    // Newer than most; an engine that speaks it as well has nothing to refuse.
    await using place = await replaceable("1.51", endpoint.path);
    await using engine = await connectEngine(place.endpoint);
    assert.equal(engine.apiVersion, "1.51");
    await place.replace();
    const [info, gone] = await Promise.all([engine.info(), engine.inspectContainer("no-such")]);
    assert.equal(info.osType, "linux");
    assert.equal(gone, undefined);
    // Podman refuses no version.
    assert.equal(engine.apiVersion, name === "Podman" ? "1.51" : apiVersion);
  }));

Deno.test("an engine that stops speaking the version is asked which it speaks", async () => {
  let speaks = "1.41";
  const about = { Version: "29", ApiVersion: "1.44", Os: "linux", Arch: "amd64" };
  await using fake = await startFakeEngine((conn, request) => {
    if (request.includes("_ping")) {
      return write(conn, answer("OK", "200 OK", `Api-Version: ${speaks}\r\n`));
    }
    const message = `client version 1.41 is too old. Minimum supported API version is ${speaks}`;
    return write(
      conn,
      request.includes(`/v${speaks}/`)
        ? answer(JSON.stringify(about))
        : answer(JSON.stringify({ message }), "400 Bad Request"),
    );
  });
  await using engine = await connectEngine(fake.endpoint);
  assert.equal((await engine.version()).version, "29");
  speaks = "1.44";
  assert.equal((await engine.version()).version, "29");
  assert.equal(engine.apiVersion, "1.44");
});

Deno.test("a version that is refused for good is told in the engine's own words", async () => {
  const message = "client version 1.41 is too old. Minimum supported API version is 1.44";
  const refusal = answer(JSON.stringify({ message }), "400 Bad Request");
  await using fake = await startFakeEngine((conn, request) =>
    write(
      conn,
      request.includes("_ping") ? answer("OK", "200 OK", "Api-Version: 1.41\r\n") : refusal,
    )
  );
  await using engine = await connectEngine(fake.endpoint);
  await assert.rejects(
    engine.info(),
    (error) => error instanceof EngineError && error.status === 400,
  );
  assert.equal(fake.requests.filter((line) => line.includes("/info")).length, 1);
});

Deno.test("an engine that was away is asked for its version again", () =>
  withTestEngine(async ({ endpoint, apiVersion }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    await using place = await replaceable("1.50", endpoint.path);
    await using engine = await connectEngine(place.endpoint);
    const link = createEngineLink(engine, SILENT);
    let calls = 0;
    await link.retry(async () => {
      if (calls++ > 0) return;
      await place.replace();
      throw new EngineError({ en: "cut", zh: "cut" }, { unreachable: true });
    }, signal);
    assert.equal(engine.apiVersion, apiVersion);
  }));

/** The real engine over tcp, through a relay whose connections can be silenced. */
function withRelay(body: (engine: Engine, relay: Relay) => Promise<void>): Promise<void> {
  return withTestEngine(async ({ endpoint }) => {
    assert.ok(endpoint.kind === "unix", "this test needs an engine on a unix socket");
    await using relay = startRelay(endpoint.path);
    await using engine = await connectEngine({
      kind: "tcp",
      url: `http://127.0.0.1:${relay.port}`,
    });
    await body(engine, relay);
  });
}

Deno.test("calls of before a renewal go on, and later ones are made on new connections", () =>
  withRelay(async (engine, relay) => {
    const before = engine.listContainers({ labels: {} });
    await engine.renew();
    await before;
    relay.silence();
    await engine.renew();
    await engine.version();
  }));

Deno.test("after a call without an answer no connection of before is used", () =>
  withRelay(async (engine, relay) => {
    const link = createEngineLink(engine, SILENT);
    let calls = 0;
    const ask = () => {
      if (calls++ > 0) return engine.version(AbortSignal.timeout(5_000));
      relay.silence();
      const cause = { unreachable: true, timedOut: true };
      return Promise.reject(new EngineError({ en: "late", zh: "late" }, cause));
    };
    await link.retry(ask, signal);
    assert.equal(calls, 2);
  }));
