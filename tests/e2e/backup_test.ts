import assert from "node:assert/strict";
import { join } from "@std/path";

import { openJournal } from "../../src/journal/mod.ts";
import { until } from "../executor/helpers.ts";
import type { AgentProcess } from "./agent_process.ts";
import { killed, rowOf } from "./settled.ts";
import { createWorld, type World } from "./world.ts";

// What a start does with tasks under way that the Server does not hand out: go on, unless it has been
// silent for so long that they must have ended.

const MINUTE_MS = 60_000;
const WAIT = "while [ ! -e go ]; do sleep 0.1; done; rm go; echo answer > output/response.md";

/** Delivers a task and puts a copy of the data folder back in which it is still running. */
async function putBack(world: World, { stopFirst }: { readonly stopFirst: boolean }) {
  let agent = await world.startAgent();
  const task = await world.submit(WAIT);
  await until(() => rowOf(world, task.id)?.state === "running");
  const copy = `${world.dataDir}.copy`;
  if (stopFirst) assert.ok(await agent.leave());
  else agent.kill("SIGSTOP");
  const { success } = await new Deno.Command("cp", { args: ["-a", world.dataDir, copy] }).output();
  assert.ok(success);
  if (stopFirst) agent = await world.startAgent();
  else agent.kill("SIGCONT");
  await Deno.writeTextFile(join(world.dataDir, "workspaces", task.id, "go"), "");
  assert.equal((await world.ended(task)).status, "completed");
  await until(async () => (await world.containers()).length === 0);
  await until(() => rowOf(world, task.id)?.state === "delivered");
  await killed(agent);
  await Deno.remove(world.dataDir, { recursive: true });
  await Deno.rename(copy, world.dataDir);
  return task.id;
}

/** Makes the last heartbeat one of so many minutes ago, and the goodbye after it, where there was one. */
function age({ dataDir }: World, minutes: number): void {
  using journal = openJournal(join(dataDir, "agent.db"));
  const [beat, goodbye] = ["last_heartbeat_at", "offline_after_heartbeat_at"];
  const isGoodbye = journal.fact(goodbye) === journal.fact(beat);
  const then = String(Date.now() - minutes * MINUTE_MS);
  for (const fact of [beat, "last_heartbeat_server_at"]) journal.setFact(fact, then);
  journal.setFact("taken_since_heartbeat", "[]");
  if (isGoodbye) journal.setFact(goodbye, then);
}

const started = (agent: AgentProcess, id: string) =>
  agent.log.some(({ task, message }) => task === id && message === "Container started");

Deno.test("a delivered task of a backup is not run again", async () => {
  await using world = await createWorld({ settings: { executor: { capacity: 1 } } });
  const id = await putBack(world, { stopFirst: false });
  age(world, 11);
  const agent = await world.startAgent();
  await until(() => rowOf(world, id)?.state === "lost");
  assert.equal(rowOf(world, id)?.endedBy, "elsewhere");
  const next = await world.submit("true");
  assert.equal((await world.ended(next)).status, "completed");
  assert.ok(!started(agent, id));
  assert.equal(world.server.task(id)?.status, "completed");
});

Deno.test("within ten minutes, or after a goodbye, the same refusal says nothing: it is run", async () => {
  for (
    const { minutes, stopFirst } of [{ minutes: 9, stopFirst: false }, {
      minutes: 11,
      stopFirst: true,
    }]
  ) {
    await using world = await createWorld();
    const id = await putBack(world, { stopFirst });
    age(world, minutes);
    const agent = await world.startAgent();
    await agent.logged(({ task, message }) => task === id && message === "Container started");
    const folder = join(world.dataDir, "workspaces", id);
    await Deno.writeTextFile(join(folder, "go"), "");
    await until(() => rowOf(world, id)?.state === "undeliverable");
  }
});

Deno.test("after a long silence a task that the Server has handed back is run", async () => {
  await using world = await createWorld();
  const first = await world.startAgent();
  const task = await world.submit(
    "echo answer > output/response.md; sleep 2",
  );
  await until(() => rowOf(world, task.id)?.state === "running");
  await killed(first);
  for (const name of await world.containers()) {
    await world.engine.removeContainer(name, { force: true });
  }
  await world.server.restart({ agedMs: 70_000 });
  assert.equal(world.server.task(task.id)?.status, "pending");
  age(world, 11);
  await world.startAgent();
  assert.equal((await world.ended(task)).status, "completed");
});

Deno.test("after a long silence a container at work goes on, whatever the Server says of its task", async () => {
  await using world = await createWorld();
  const first = await world.startAgent();
  const task = await world.submit(WAIT);
  await until(() => rowOf(world, task.id)?.state === "running");
  await killed(first);
  age(world, 11);
  await world.startAgent();
  await until(() =>
    world.server.requests.some(({ call, status }) => call === "accept" && status === 400)
  );
  await Deno.writeTextFile(join(world.dataDir, "workspaces", task.id, "go"), "");
  assert.equal((await world.ended(task)).status, "completed");
  assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/response.md"]);
});
