import assert from "node:assert/strict";
import { Failure } from "../../../src/i18n/mod.ts";
import { TEST_IMAGE, uniqueName } from "../../support/engine.ts";
import { post } from "../../support/raw_engine.ts";
import { shell, withBench } from "../helpers.ts";

Deno.test("a name that another agent or program has fails the task and names it", async () => {
  const taskId = uniqueName("taken");
  await withBench({}, async (bench) => {
    const attempt = await bench.attempt(taskId);
    await bench.executor.create(attempt, bench.signal);
    await withBench({}, async (other) => {
      const theirs = await other.attempt(taskId);
      await assert.rejects(other.executor.create(theirs, other.signal), (error) => {
        assert.ok(error instanceof Failure);
        assert.match(error.text.en, new RegExp(`open-aaas-task-${taskId}.*${bench.agentId}`, "s"));
        return true;
      });
      assert.deepEqual(await other.executor.status(theirs, other.signal), { state: "absent" });
    });
    assert.equal((await bench.executor.status(attempt, bench.signal)).state, "created");
  });
  await withBench({}, async (bench) => {
    const id = await bench.engine.createContainer(`open-aaas-task-${taskId}`, {
      Image: TEST_IMAGE,
    });
    try {
      await assert.rejects(
        bench.executor.create(await bench.attempt(taskId), bench.signal),
        Failure,
      );
      assert.ok(await bench.engine.inspectContainer(id));
    } finally {
      await bench.engine.removeContainer(id, { force: true });
    }
  });
});

Deno.test("a renamed container is still found by its id, and by nothing else", () =>
  withBench({}, async (bench) => {
    const attempt = await bench.attempt();
    const runId = await bench.executor.create(attempt, bench.signal);
    const name = uniqueName("renamed");
    await post(bench.engine, `/containers/${runId}/rename?name=${name}`);
    const look = (known: typeof attempt) => bench.executor.status(known, bench.signal);
    assert.deepEqual(await look({ ...attempt, runId }), { state: "created", runId });
    assert.deepEqual(await look({ ...attempt, attempt: 2, runId }), { state: "absent" });
    assert.deepEqual(await look(attempt), { state: "absent" });
    await bench.executor.remove(runId, bench.signal);
  }));

Deno.test("a paused run is running, and waiting goes on", () =>
  withBench({ executor: shell("sleep 1000") }, async (bench) => {
    const attempt = await bench.attempt();
    const runId = await bench.executor.create(attempt, bench.signal);
    await bench.executor.start(runId, bench.signal);
    const ended = bench.executor.wait(runId, bench.signal);
    await post(bench.engine, `/containers/${runId}/pause`);
    const seen = await bench.executor.status(attempt, bench.signal);
    assert.equal(seen.state, "running");
    assert.equal((await bench.engine.inspectContainer(runId))?.state.status, "paused");
    await bench.executor.stop(runId, 1, bench.signal);
    assert.equal((await ended).state, "exited");
  }));
