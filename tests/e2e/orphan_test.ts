import assert from "node:assert/strict";
import { join } from "@std/path";

import { callControl } from "../../src/daemon/mod.ts";
import { effect } from "../support/effects.ts";
import { until } from "../executor/helpers.ts";
import { killed, rowOf } from "./settled.ts";
import { createWorld, type World } from "./world.ts";

// Tasks that the Server has as running and that nobody works on.

async function loseFolder({ dataDir }: World): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(join(dataDir, `agent.db${end}`)).catch(() => {});
  }
  await Deno.remove(join(dataDir, "workspaces"), { recursive: true });
}

Deno.test("a task whose workspace is lost is reported as failed, over a crash, and its container goes", async () => {
  await using world = await createWorld();
  const { server } = world;
  const first = await world.startAgent();
  const task = await world.submit("sleep 600");
  await first.logged(({ message }) => message === "Container started");
  await killed(first);
  await loseFolder(world);
  const refused = { call: "complete", effect: effect.error(503), times: Infinity } as const;
  server.faults.inject(refused);
  const second = await world.startAgent();
  await until(() => server.requests.some(({ call }) => call === "complete"));
  await until(async () => (await world.containers()).length === 0, "the container to go");
  await killed(second);
  assert.equal(server.task(task.id)?.status, "running");
  server.faults.clear();
  await world.startAgent();
  const ended = await world.ended(task, 60_000);
  assert.equal(ended.status, "failed");
  assert.match(ended.errorMessage ?? "", /节点丢失了这个任务的记录和文件|has lost its record/);
  const next = await world.submit("true");
  assert.equal((await world.ended(next)).status, "completed");
});

/** The Server gives a task away, but what the agent hears is the answer to the same question once more. */
async function takenTwice(world: World): Promise<string> {
  const answer = effect.error(400, "BadRequest", "Task not found or not in pending status");
  world.server.faults.inject({ call: "accept", effect: { ...answer, acts: true } });
  const task = await world.submit("echo ran > output/response.md");
  await until(() => rowOf(world, task.id)?.state === "in_doubt", "the task to be in doubt");
  return task.id;
}

Deno.test("a task whose accept was carried out twice is named, and failed by its owner's word", async () => {
  await using world = await createWorld();
  const { dataDir, server } = world;
  const first = await world.startAgent();
  const id = await takenTwice(world);
  const status = await callControl({ dataDir, request: { command: "status" } });
  assert.deepEqual(status.inDoubt, [id]);
  // Neither a restart nor other work changes that.
  await killed(first);
  await world.startAgent();
  const other = await world.submit("true");
  assert.equal((await world.ended(other)).status, "completed");
  assert.equal(server.task(id)?.status, "running");
  await assert.rejects(
    callControl({ dataDir, request: { command: "fail", taskId: other.id } }),
    /not in doubt/,
  );
  await callControl({ dataDir, request: { command: "fail", taskId: id } });
  const ended = await world.ended(id);
  assert.equal(ended.status, "failed");
  assert.deepEqual(server.files(id).filter((file) => file.createdBy === "agent"), []);
  await until(() => rowOf(world, id)?.state === "delivered");
});

Deno.test("a task in doubt that is handed out again, or cancelled, is in doubt no more", async () => {
  await using world = await createWorld();
  const { server } = world;
  await world.startAgent();
  const id = await takenTwice(world);
  server.cancel(id);
  assert.equal((await world.ended(id)).status, "cancelled");
  await until(() => rowOf(world, id) === undefined, "it to be forgotten");
  const again = await takenTwice(world);
  await server.restart({ agedMs: 70_000 });
  assert.equal((await world.ended(again)).status, "completed");
  assert.equal(rowOf(world, again)?.attempt, 1);
});
