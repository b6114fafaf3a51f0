import assert from "node:assert/strict";

import type { DevTask } from "../../src/devserver/mod.ts";
import type { AgentProcess } from "./agent_process.ts";
import { createWorld, type World } from "./world.ts";

/** Cancels when the agent says this of the task, and gives the task as it ended. */
async function cancelAt(world: World, agent: AgentProcess, words: string, script: string) {
  const task = await world.submit(script);
  await agent.logged((line) => line.task === task.id && line.message === words);
  world.server.cancel(task.id);
  return await world.ended(task);
}

function assertCancelled(world: World, task: DevTask): void {
  assert.equal(task.status, "cancelled", task.errorMessage ?? "");
  const uploads = world.server.files(task.id).filter((file) => file.createdBy === "agent");
  assert.deepEqual(uploads, [], "a cancelled task uploads nothing");
}

const MOMENTS = ["Task accepted", "Workspace is ready", "Container created", "Container started"];

for (const moment of MOMENTS) {
  Deno.test(`a cancel at "${moment}" is reported, and nothing is left`, async () => {
    await using world = await createWorld();
    const agent = await world.startAgent();
    const task = await cancelAt(world, agent, moment, "echo x > output/x; sleep 600");
    assertCancelled(world, task);
  });
}

Deno.test("a container that will not end is killed after its grace", async () => {
  await using world = await createWorld({ settings: { sandbox: { init: false } } });
  const agent = await world.startAgent();
  const task = await cancelAt(
    world,
    agent,
    "Container started",
    "trap '' TERM; sleep 600; sleep 600",
  );
  assertCancelled(world, task);
});

Deno.test("a cancel during the uploads stops them", async () => {
  await using world = await createWorld();
  const agent = await world.startAgent();
  world.server.faults.inject({
    call: "upload",
    effect: { kind: "hang", at: "start" },
    times: Infinity,
  });
  const task = await cancelAt(world, agent, "Output files collected", "echo x > output/x");
  world.server.faults.clear();
  assert.equal(task.status, "cancelled");
});

Deno.test("a cancel of a task that the agent does not know is answered, and work goes on", async () => {
  await using world = await createWorld();
  const stray = await world.server.submit({
    serviceId: world.serviceId,
    prompt: "never seen",
    status: "cancelling",
  });
  await world.startAgent();
  const next = await world.submit("true");
  assert.equal((await world.ended(stray)).status, "cancelled");
  assert.equal((await world.ended(next)).status, "completed");
});

Deno.test("a task that cannot be run is accepted and reported, and hides no other", async () => {
  await using world = await createWorld();
  await world.startAgent();
  const bad = await world.server.submit({
    serviceId: world.serviceId,
    prompt: "bad",
    rawInputFiles: [{ nonsense: true }],
  });
  const odd = await world.server.submit({
    serviceId: world.serviceId,
    prompt: "odd",
    id: "../../etc/passwd",
  });
  const good = await world.submit("true");
  const ended = await world.ended(bad);
  assert.equal(ended.status, "failed");
  assert.match(ended.errorMessage!, /input_files/);
  assert.ok(["failed", "completed"].includes((await world.ended(odd)).status));
  assert.equal((await world.ended(good)).status, "completed");
});
