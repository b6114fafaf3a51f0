import assert from "node:assert/strict";
import { join } from "@std/path";

import { helperLabels } from "../../src/executor/docker/labels.ts";
import { until } from "../executor/helpers.ts";
import { copyOf } from "../support/commit.ts";
import { TEST_IMAGE } from "../support/engine.ts";
import { rawContainer } from "../support/raw_engine.ts";
import { createWorld, type World } from "./world.ts";

/** Waits for a whole round of cleaning: it removes what was left behind last. */
async function cleaned({ engine, dataDir }: World): Promise<void> {
  const agentId = (await Deno.readTextFile(join(dataDir, "agent.id"))).trim();
  const id = await engine.createContainer(`open-aaas-helper-${crypto.randomUUID()}`, {
    Image: TEST_IMAGE,
    Labels: helperLabels(agentId, "start-check"),
  });
  await until(async () => await engine.inspectContainer(id) === undefined, "a round of cleaning");
}

Deno.test("a copy of a task's container goes on after the task, over a restart", async () => {
  await using world = await createWorld();
  const { engine } = world;
  const first = await world.startAgent();
  const task = await world.submit("while [ ! -e go ]; do sleep 0.1; done");
  await first.logged(({ message }) => message === "Container started");
  const container = await engine.inspectContainer(`open-aaas-task-${task.id}`);
  await using copy = await copyOf(engine, container!.id);
  const { Mounts } = await rawContainer(engine, container!.id);
  const workspace = Mounts.find(({ Destination }) => Destination === "/workspace");
  await Deno.writeTextFile(join(workspace!.Source, "go"), "");
  assert.equal((await world.ended(task)).status, "completed");
  await cleaned(world);
  assert.ok(await copy.runs(), "a round of cleaning has ended it");
  first.kill("SIGTERM");
  await first.exited;
  await world.startAgent();
  await cleaned(world);
  assert.ok(await copy.runs(), "the recovery has ended it");
});
