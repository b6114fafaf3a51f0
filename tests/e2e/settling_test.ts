import assert from "node:assert/strict";
import { join } from "@std/path";

import { callControl } from "../../src/daemon/mod.ts";
import { openJournal } from "../../src/journal/mod.ts";
import { until } from "../executor/helpers.ts";
import { killed, rowOf } from "./settled.ts";
import { createWorld, type World } from "./world.ts";

// What becomes of a result while the Server does not take it: over restarts, cancels and stops.

/** The Server answers this call with 503 until its faults are cleared. */
function refuse(world: World, call: "complete" | "upload"): void {
  const effect = { kind: "answer", status: 503 } as const;
  world.server.faults.inject({ call, effect, times: Infinity });
}

Deno.test("a cancel that is reported after a restart does not stop the agent", async () => {
  await using world = await createWorld();
  refuse(world, "complete");
  const first = await world.startAgent();
  const task = await world.submit("sleep 600");
  await first.logged(({ message }) => message === "Container started");
  world.server.cancel(task.id);
  await until(() => rowOf(world, task.id)?.report?.status === "cancelled");
  await killed(first);
  const second = await world.startAgent();
  // After a start every task is asked for again, which puts its files in doubt.
  await until(() => world.server.requests.some(({ call }) => call === "accept"));
  await callControl({ dataDir: world.dataDir, request: { command: "status" } });
  world.server.faults.clear();
  assert.equal((await world.ended(task, 60_000)).status, "cancelled");
  const next = await world.submit("true");
  assert.equal((await world.ended(next, 60_000)).status, "completed");
  second.kill("SIGTERM");
  await second.exited;
});

Deno.test("results that wait for the Server are delivered by a stop that cancels tasks", async () => {
  await using world = await createWorld();
  refuse(world, "complete");
  const agent = await world.startAgent();
  const finished = await world.submit("echo answer > output/response.md");
  await until(() => rowOf(world, finished.id)?.state === "reporting");
  const running = await world.submit("sleep 600");
  await agent.logged(({ task, message }) => task === running.id && message === "Container started");
  const request = { command: "stop", mode: "cancel-tasks" } as const;
  await callControl({ dataDir: world.dataDir, request });
  await until(() => rowOf(world, running.id)?.report?.status === "cancelled");
  world.server.faults.clear();
  assert.equal((await world.ended(finished)).status, "completed");
  assert.deepEqual([...(await world.outputs(finished.id)).keys()], ["output/response.md"]);
  assert.equal((await world.ended(running)).status, "cancelled");
  await agent.exited;
});

Deno.test("a report that met a refused connection does not count as sent", async () => {
  await using world = await createWorld();
  const agent = await world.startAgent();
  const task = await world.submit("sleep 2");
  await agent.logged(({ message }) => message === "Container started");
  await world.server.pause();
  await agent.logged(({ message }) => message.startsWith("The delivery of the result"));
  await killed(agent);
  const row = rowOf(world, task.id)!;
  assert.equal(row.state, "reporting");
  assert.equal(row.completeUnanswered, false);
  await world.server.start();
  await world.startAgent();
  assert.equal((await world.ended(task)).status, "completed");
});

Deno.test("a task that the Server has never heard of is given up, not asked for without end", async () => {
  await using world = await createWorld();
  const before = world.server.snapshot();
  refuse(world, "upload");
  const agent = await world.startAgent();
  const task = await world.submit("echo answer > output/response.md");
  await until(() => rowOf(world, task.id)?.state === "reporting");
  await killed(agent);
  world.server.restore(before);
  world.server.faults.clear();
  await world.startAgent();
  await until(() => rowOf(world, task.id)?.state === "undeliverable");
  const kept = join(world.dataDir, "workspaces", task.id, "output", "response.md");
  assert.equal(await Deno.readTextFile(kept), "answer\n");
});

/** The agent was away for ten minutes, as far as it knows. */
function age({ dataDir }: World): void {
  using journal = openJournal(join(dataDir, "agent.db"));
  journal.setFact("last_heartbeat_at", String(Date.now() - 600_000));
}

Deno.test("a Server set back to a backup is told again how the tasks of the last day ended", async () => {
  await using world = await createWorld();
  const { server } = world;
  const first = await world.startAgent();
  const wait = "while [ ! -e go ]; do sleep 0.1; done; rm go";
  const silent = await world.submit(`${wait}; echo words`);
  const withFile = await world.submit(`${wait}; echo answer > output/response.md`);
  const both = [silent, withFile];
  for (const { id } of both) await server.waitFor(id, "running");
  const backup = server.snapshot();
  for (const { id } of both) {
    const folder = join(world.dataDir, "workspaces", id);
    await until(() => Deno.stat(folder).then(() => true, () => false));
    await Deno.writeTextFile(join(folder, "go"), "");
  }
  for (const task of both) await world.ended(task);
  await until(() => both.every(({ id }) => rowOf(world, id)?.state === "delivered"));
  await killed(first);
  server.restore(backup);
  for (const { id } of both) assert.equal(server.task(id)?.status, "running");
  age(world);
  await world.startAgent();
  for (const task of both) assert.equal((await world.ended(task)).status, "completed");
  assert.equal(server.task(silent.id)?.output?.stdout, "words\n");
  assert.deepEqual([...(await world.outputs(withFile.id)).keys()], ["output/response.md"]);
  await until(() => both.every(({ id }) => rowOf(world, id)?.state === "delivered"));
});

Deno.test("to a Server that has them as ended already nothing happens", async () => {
  await using world = await createWorld();
  const { server } = world;
  const first = await world.startAgent();
  const task = await world.submit("echo answer > output/response.md");
  await world.ended(task);
  await until(() => rowOf(world, task.id)?.state === "delivered");
  await killed(first);
  const before = server.requests.length;
  age(world);
  await world.startAgent();
  const since = () => server.requests.slice(before).map(({ call, status }) => `${call} ${status}`);
  await until(() => since().some((words) => words.startsWith("complete")), "the report");
  await until(() => since().includes("complete 400"));
  const next = await world.submit("true");
  assert.equal((await world.ended(next)).status, "completed");
  assert.equal(rowOf(world, task.id)?.state, "delivered");
  assert.equal(since().filter((words) => words === "upload 200").length, 0);
});

Deno.test("a delivered task that is handed out while the Server is told of it ends once, as delivered", async () => {
  await using world = await createWorld();
  const { server } = world;
  const first = await world.startAgent();
  const task = await world.submit("sleep 2; echo words");
  await server.waitFor(task.id, "running");
  const backup = server.snapshot();
  await world.ended(task);
  await until(() => rowOf(world, task.id)?.state === "delivered");
  await killed(first);
  server.restore(backup);
  await server.restart({ agedMs: 70_000 });
  assert.equal(server.task(task.id)?.status, "pending");
  age(world);
  // The question about its files is under way when a poll hands the task out.
  const slow = { kind: "delay", ms: 2_500, after: true } as const;
  server.faults.inject({ call: "list", effect: slow, times: 2 });
  server.faults.inject({ call: "poll", effect: { kind: "delay", ms: 4_500 } });
  await world.startAgent();
  assert.equal((await world.ended(task)).status, "completed");
  await until(() => rowOf(world, task.id)?.state !== "collected");
  await until(() => ["delivered", "undeliverable"].includes(rowOf(world, task.id)?.state ?? ""));
  assert.equal(rowOf(world, task.id)?.state, "delivered");
});
