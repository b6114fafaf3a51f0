import assert from "node:assert/strict";

import { MemoryExecutor } from "../../../src/executor/memory/memory_executor.ts";
import { MemoryEngine } from "../../../src/executor/memory/memory_engine.ts";
import { type Clock, SYSTEM_CLOCK } from "../../../src/util/mod.ts";
import { makeAttempt, testConfig } from "../helpers.ts";
import { TEST_IMAGE } from "../../support/engine.ts";

const NEVER = new AbortController().signal;

/** A clock on which a wait takes no time at all. */
function hurriedClock(): Clock {
  let passed = 0;
  return {
    ...SYSTEM_CLOCK,
    now: () => passed,
    wall: () => passed,
    async sleep(ms, signal) {
      await Promise.resolve();
      signal?.throwIfAborted();
      passed += ms;
    },
  };
}

async function inFolder(body: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-memory-" });
  try {
    await body(dataDir);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

Deno.test("what ran when the engine went down is lost, what had ended is not", () =>
  inFolder(async (dataDir) => {
    const engine = new MemoryEngine({ images: { [TEST_IMAGE]: () => new Promise(() => {}) } });
    await using executor = new MemoryExecutor({
      config: testConfig(dataDir),
      engine,
      agentId: "a",
    });
    const runId = await executor.create(await makeAttempt(dataDir), NEVER);
    await executor.start(runId, NEVER);
    const killed = await executor.create(await makeAttempt(dataDir), NEVER);
    await executor.start(killed, NEVER);
    engine.container(killed)?.kill();
    const waiting = executor.wait(runId, NEVER);
    engine.restart();
    assert.deepEqual(await waiting, { state: "lost", runId });
    assert.equal((await executor.wait(killed, NEVER)).state, "exited");
  }));

Deno.test("grace and the times of a run are the given clock's", () =>
  inFolder(async (dataDir) => {
    const clock = hurriedClock();
    const engine = new MemoryEngine({
      clock,
      images: {
        [TEST_IMAGE]: async ({ stdout }) => {
          stdout("up\n");
          await clock.sleep(5_000);
          return await new Promise(() => {});
        },
      },
    });
    const config = testConfig(dataDir);
    await using executor = new MemoryExecutor({ config, engine, agentId: "a" });
    const runId = await executor.create(await makeAttempt(dataDir), NEVER);
    await executor.start(runId, NEVER);
    await clock.sleep(0);
    await executor.stop(runId, 3600, NEVER);
    const end = await executor.wait(runId, NEVER);
    assert.ok(end.state === "exited" && end.exitCode === 137);
    assert.equal(end.finishedAt - end.startedAt, 3_605_000);
  }));

Deno.test("an image that is gone keeps tasks away until it is back", () =>
  inFolder(async (dataDir) => {
    const engine = new MemoryEngine({ images: {} });
    const config = testConfig(dataDir);
    await using executor = new MemoryExecutor({ config, engine, agentId: "a" });
    assert.match((await executor.obstacle(NEVER))?.en ?? "", new RegExp(TEST_IMAGE));
    await assert.rejects(executor.prepare({ signal: NEVER }), /no longer has image/);
    await assert.rejects(executor.create(await makeAttempt(dataDir), NEVER));
    engine.images.set(TEST_IMAGE, () => Promise.resolve(0));
    assert.equal(await executor.obstacle(NEVER), undefined);
  }));
