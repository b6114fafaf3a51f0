import assert from "node:assert/strict";

import type { CallName } from "../../src/devserver/mod.ts";
import { until } from "../executor/helpers.ts";
import { createWorld, type World } from "./world.ts";

/** Runs a task whose Server forgets, as soon as this call has come, that it ever handed it out. */
async function forgottenAt(world: World, call: CallName, slowAccepts: readonly number[]) {
  const { server } = world;
  const task = await world.submit("echo answer > output/response.md");
  const backup = server.snapshot();
  server.faults.inject({ call, effect: { kind: "delay", ms: 1_500, after: call === "upload" } });
  await world.startAgent();
  await until(() => server.requests.some((request) => request.call === call));
  for (const ms of slowAccepts) {
    server.faults.inject({ call: "accept", effect: { kind: "delay", ms } });
  }
  server.restore(backup);
  const ended = await world.ended(task, 30_000);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
  assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/response.md"]);
}

// Two parts of the agent can ask for a task that was handed back. The one that is answered second hears
// what it would hear of a task that has ended: its result must not be given up for that.

Deno.test("handed back during the report: a poll does not ask beside it", async () => {
  await using world = await createWorld();
  await forgottenAt(world, "complete", [3_000]);
});

Deno.test("handed back during the uploads: the report waits for what a poll has asked", async () => {
  await using world = await createWorld();
  await forgottenAt(world, "upload", [3_000, 4_000]);
});
