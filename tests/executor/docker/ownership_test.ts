import assert from "node:assert/strict";
import { containersAnswer } from "../../../src/docker/container_answers.ts";
import { helperLabels, LABEL, runLabels } from "../../../src/executor/docker/labels.ts";
import { copyOf } from "../../support/commit.ts";
import { TEST_IMAGE } from "../../support/engine.ts";
import { shell, testConfig, withBench } from "../helpers.ts";

const SLEEP = { executor: shell("sleep 1000") };

Deno.test("a container of an image that was made of a task's container is not the agent's", () =>
  withBench(SLEEP, async (bench) => {
    const { executor, engine, signal } = bench;
    const attempt = await bench.attempt();
    const runId = await executor.create(attempt, signal);
    await executor.start(runId, signal);
    await using copy = await copyOf(engine, runId);
    const labels = (await engine.inspectContainer(copy.containerId))?.labels;
    assert.equal(labels?.[LABEL.task], attempt.taskId, "the copy has the labels");
    const runs = await executor.list(signal);
    assert.deepEqual(runs.map((run) => run.runId), [runId]);
    await executor.remove(runId, signal);
    assert.deepEqual(await executor.status({ ...attempt, runId }, signal), { state: "absent" });
    const next = { ...attempt, attempt: 2 };
    assert.notEqual(await executor.create(next, signal), copy.containerId);
    await executor.removeLeftovers(signal);
    await executor.prepare({ signal });
    assert.ok(await copy.runs());
  }));

Deno.test("neither is one made of a container of the agent's own use", () =>
  withBench({}, async (bench) => {
    const { executor, engine, signal } = bench;
    const helper = await engine.createContainer(`open-aaas-helper-${crypto.randomUUID()}`, {
      Image: TEST_IMAGE,
      Labels: helperLabels(bench.agentId, "start-check"),
    });
    await using copy = await copyOf(engine, helper);
    await executor.removeLeftovers(signal);
    assert.equal(await engine.inspectContainer(helper), undefined);
    await executor.prepare({ signal });
    assert.ok(await copy.runs());
  }));

Deno.test("a task in an image with the agent's labels is a task like any other", () =>
  withBench(SLEEP, async (bench) => {
    const { engine, signal, dataDir } = bench;
    const earlier = await bench.executor.create(await bench.attempt(), signal);
    await using copy = await copyOf(engine, earlier, {
      [LABEL.helper]: "start-check",
      [LABEL.boot]: "an-earlier-one",
      [LABEL.engine]: "an-earlier-one",
    });
    const config = testConfig(dataDir, { executor: { ...SLEEP.executor, image: copy.image } });
    await using executor = bench.again({ config });
    const attempt = await bench.attempt();
    const runId = await executor.create(attempt, signal);
    await executor.start(runId, signal);
    const ended = executor.wait(runId, signal);
    await executor.removeLeftovers(signal);
    assert.equal((await executor.status(attempt, signal)).state, "running");
    await executor.stop(runId, 0, signal);
    assert.equal((await ended).state, "exited");
    await executor.remove(runId, signal);
  }));

Deno.test("no label of the agent's is left for the image to say", () => {
  const attempt = { taskId: "t", attempt: 1, workspace: "/w", logPath: "/l" };
  const all = Object.values(LABEL).sort();
  assert.deepEqual(Object.keys(runLabels({ agentId: "a", attempt })).sort(), all);
  assert.deepEqual(Object.keys(helperLabels("a", "start-check")).sort(), all);
});

Deno.test("a container that another one links to keeps its own name", () => {
  const Names = ["/other/open-aaas-task-t", "/mine", "/another/alias"];
  const [{ name }] = containersAnswer.parse([{ Id: "a", Names, Image: "i", State: "running" }]);
  assert.equal(name, "mine");
});
