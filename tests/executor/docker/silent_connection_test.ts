// A connection that somebody on the way has forgotten: nothing comes any more, not even its end.
import assert from "node:assert/strict";

import { connectEngine, type Engine } from "../../../src/docker/mod.ts";
import { STALE, unlessStale } from "../../../src/executor/docker/unless_stale.ts";
import { type Relay, startRelay } from "../../docker/relay.ts";
import { removeLeftovers, withTestEngine } from "../../support/engine.ts";
import { type Bench, shell, until, withBenchOn } from "../helpers.ts";

const CHECK_EVERY_MS = 300;

/** A bench on the engine behind a relay over tcp; `engine` goes there directly. */
function behindRelay(
  script: string,
  body: (bench: Bench, relay: Relay, engine: Engine) => Promise<void>,
): Promise<void> {
  const agentId = crypto.randomUUID();
  return withTestEngine(async (engine) => {
    assert.ok(engine.endpoint.kind === "unix", "this test needs an engine on a unix socket");
    await using relay = startRelay(engine.endpoint.path);
    await using far = await connectEngine({ kind: "tcp", url: `http://127.0.0.1:${relay.port}` });
    const more = { checkEveryMs: CHECK_EVERY_MS };
    const parts = { executor: shell(script) };
    await withBenchOn(far, agentId, parts, (bench) => body(bench, relay, engine), more);
    assert.deepEqual(await removeLeftovers(engine, { "open-aaas.agent": agentId }), []);
  });
}

const SCRIPT = "echo begin; while [ ! -e go ]; do sleep 0.05; done; seq 1000; exit 3";

for (const watched of [true, false]) {
  const who = watched ? "that was waited for" : "that is taken over";
  Deno.test(`a run ${who} ends, with its whole log, although its connections fell silent`, () =>
    behindRelay(SCRIPT, async (bench, relay) => {
      const attempt = await bench.attempt();
      const runId = await bench.executor.create(attempt, bench.signal);
      await bench.executor.start(runId, bench.signal);
      const executor = watched ? bench.executor : bench.again({ checkEveryMs: CHECK_EVERY_MS });
      const captured = executor.log(attempt, runId, bench.signal);
      const ended = executor.wait(runId, bench.signal);
      const log = () => Deno.readTextFile(attempt.logPath).catch(() => "");
      await until(async () => (await log()).includes("begin"), "some output");
      relay.silence();
      await Deno.writeTextFile(`${attempt.workspace}/go`, "");
      const end = await ended;
      assert.ok(end.state === "exited" && end.exitCode === 3 && !end.isDoubtful);
      await captured;
      const words = ["begin", ...Array.from({ length: 1000 }, (_, n) => String(n + 1))];
      assert.deepEqual((await log()).trimEnd().split("\n"), words);
    }));
}

Deno.test("a silent connection to a run that goes on is waited at, and can be given up", () =>
  behindRelay("sleep 100", async (bench, relay, engine) => {
    const attempt = await bench.attempt();
    const runId = await bench.executor.create(attempt, bench.signal);
    await bench.executor.start(runId, bench.signal);
    const end = new AbortController();
    const ended = bench.executor.wait(runId, end.signal).catch((reason) => reason);
    const connections = relay.connections;
    relay.silence();
    await until(() => relay.connections > connections + 2, "some looks");
    assert.equal((await engine.inspectContainer(runId))?.state.running, true);
    end.abort("enough");
    assert.equal(await ended, "enough");
    await engine.removeContainer(runId, { force: true });
  }));

Deno.test("a call is broken off only where a look says so, and leaves no listener behind", async () => {
  const outer = new AbortController();
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  let looks = 0;
  const isStale = () =>
    ++looks === 1 ? Promise.reject(new Error("away")) : Promise.resolve(looks > 2);
  const options = { everyMs: 5, isStale, signal: outer.signal };
  assert.equal(await unlessStale(never, options), STALE);
  assert.equal(looks, 3);
  let listeners = 0;
  const { signal } = outer;
  const [add, remove] = [signal.addEventListener, signal.removeEventListener];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove.apply(signal, args);
  };
  assert.equal(await unlessStale(() => Promise.resolve(7), options), 7);
  const failed = unlessStale(() => Promise.reject(new Error("no")), options);
  await assert.rejects(failed, /no/);
  assert.equal(listeners, 0);
});
