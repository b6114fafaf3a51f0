import assert from "node:assert/strict";

import { connectEngine, type Engine, EngineError } from "../../../src/docker/mod.ts";
import { helperName } from "../../../src/executor/docker/container_name.ts";
import { createEngineLink, type EngineLink } from "../../../src/executor/docker/engine_link.ts";
import { traitsOf } from "../../../src/executor/docker/engine_traits.ts";
import type { RunStatus } from "../../../src/executor/executor.ts";
import { removeLeftovers } from "../../../src/executor/docker/throw_away.ts";
import { waitRun } from "../../../src/executor/docker/wait_run.ts";
import { createLogger } from "../../../src/log/mod.ts";
import { closed, rawCall, startFakeEngine } from "../../docker/fake_engine.ts";
import { TEST_IMAGE, withTestEngine } from "../../support/engine.ts";
import { shell, until, withBench, withBenchOn } from "../helpers.ts";

const { signal } = new AbortController();

/** What a call ends with that took too long. */
function hung(call: string): EngineError {
  return new EngineError({ en: `${call} hangs`, zh: `${call} hangs` }, {
    unreachable: true,
    timedOut: true,
  });
}

/** The engine, with calls that hang so many times before they are made. */
function hanging(engine: Engine, calls: Partial<Record<keyof Engine, number>>): Engine {
  return new Proxy(engine, {
    get(target, name: keyof Engine) {
      const value = target[name];
      if (typeof value !== "function" || calls[name] === undefined) return value;
      return (...args: unknown[]) => {
        if (calls[name]!-- > 0) return Promise.reject(hung(String(name)));
        return (value as (...args: unknown[]) => unknown)(...args);
      };
    },
  });
}

function lines() {
  const said: string[] = [];
  const log = createLogger({ lang: "en", level: "debug", write: (line) => said.push(line) });
  return { said, log, away: () => said.filter((line) => line.includes("Cannot reach")) };
}

Deno.test("a call that takes too long says so, and an engine that answers is not away", async () => {
  await using silent = await startFakeEngine(closed);
  const error = await rawCall(silent, 50).catch((error) => error);
  assert.ok(error instanceof EngineError && error.timedOut);
  await withTestEngine(async (engine) => {
    const { log, away } = lines();
    const link = createEngineLink(engine, log);
    let calls = 0;
    const call = () => {
      calls++;
      return Promise.reject(hung("x"));
    };
    await assert.rejects(link.retry(call, signal), /x hangs/);
    assert.equal(calls, 2);
    calls = 0;
    const answered = () => ++calls > 5 ? Promise.resolve("yes") : Promise.reject(hung("x"));
    assert.equal(await link.untilAnswered(answered, signal), "yes");
    assert.deepEqual([away(), link.absences], [[], 0]);
  });
});

Deno.test("a call that takes too long is an absence where no ping is answered", async () => {
  await withTestEngine(async (engine) => {
    const { log, away } = lines();
    const gone = await connectEngine(engine.endpoint);
    let there = false;
    const renew = () => there ? engine.renew() : Promise.reject(hung("GET /_ping"));
    const link = createEngineLink(
      new Proxy(gone, {
        get: (target, name: keyof Engine) => name === "renew" ? renew : target[name],
      }),
      log,
    );
    let calls = 0;
    const answer = await link.retry(() => {
      if (calls++ > 0) return Promise.resolve("back");
      setTimeout(() => there = true, 500);
      return Promise.reject(hung("x"));
    }, signal);
    assert.deepEqual([answer, calls, away().length], ["back", 2, 1]);
    assert.ok(link.absences > 0);
    await gone[Symbol.asyncDispose]();
  });
});

Deno.test("a run goes on and has its result and its log although the engine hangs at times", () =>
  withBench({}, (outer) => {
    const { log, away } = lines();
    const engine = hanging(outer.engine, { inspectContainer: 5 });
    const parts = { executor: shell("echo first; sleep 1; echo last; exit 3") };
    return withBenchOn(engine, outer.agentId, parts, async (bench) => {
      const attempt = await bench.attempt();
      const { end, log: kept } = await bench.run(attempt);
      assert.ok(end.state === "exited" && end.exitCode === 3);
      assert.equal(kept, "first\nlast\n");
      assert.equal((await bench.executor.status(attempt, signal)).state, "exited");
      assert.deepEqual(away(), []);
    }, { log });
  }));

Deno.test("an end is judged although the engine never describes itself: it is doubtful then", () =>
  withBench({ executor: shell("exit 3") }, async (bench) => {
    const { runId } = await bench.run(await bench.attempt());
    const { log } = lines();
    const engine = hanging(bench.engine, { info: Infinity });
    // A start of the engine after the run's end: whether it kept its containers only `info` could tell.
    const engineBoot = () => Promise.resolve({ id: "another", since: Date.now() + 1_000 });
    const link: EngineLink = { ...createEngineLink(engine, log), engineBoot };
    const exited: RunStatus = {
      state: "exited",
      runId,
      exitCode: 3,
      oomKilled: false,
      startedAt: 1,
      finishedAt: 2,
    };
    const statusOf = () => exited;
    const run = { runId, isStartedHere: true, checkEveryMs: 30_000 };
    const end = await waitRun({ link, ...run, statusOf, signal });
    // Podman's starts are nothing to its containers.
    const isDoubtful = traitsOf(engine).endsContainers;
    assert.deepEqual(end, { ...exited, ...isDoubtful && { isDoubtful } });
  }));

Deno.test("a start that hangs is not taken for a refusal: the same container is looked at again", () =>
  withBench({}, (outer) => {
    const engine = hanging(outer.engine, { startContainer: 2 });
    return withBenchOn(engine, outer.agentId, { executor: shell("exit 3") }, async (bench) => {
      const runId = await bench.executor.create(await bench.attempt(), signal);
      await assert.rejects(
        bench.executor.start(runId, signal),
        (error) => error instanceof EngineError,
      );
      await bench.executor.start(runId, signal);
      const end = await bench.executor.wait(runId, signal);
      assert.ok(end.state === "exited" && end.exitCode === 3);
    });
  }));

Deno.test("a helper whose removal hangs does not keep the others", () =>
  withTestEngine(async (engine) => {
    const agentId = crypto.randomUUID();
    const labels = { "open-aaas.agent": agentId, "open-aaas.helper": "test" };
    const spec = { Image: TEST_IMAGE, Labels: labels, HostConfig: { NetworkMode: "none" } };
    for (let i = 0; i < 3; i++) await engine.createContainer(helperName(), spec);
    const [first] = await engine.listContainers({ labels });
    const leaving = new AbortController();
    const removeContainer: Engine["removeContainer"] = (id, options) =>
      id !== first.id ? engine.removeContainer(id, options) : new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      });
    const removing = removeLeftovers({ ...engine, removeContainer }, agentId, leaving.signal);
    removing.catch(() => {});
    await until(async () => (await engine.listContainers({ labels })).length === 1);
    leaving.abort("enough");
    await assert.rejects(removing, (reason) => reason === "enough");
    await engine.removeContainer(first.id);
  }));
