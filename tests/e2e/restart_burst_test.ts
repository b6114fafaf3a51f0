import assert from "node:assert/strict";
import { join } from "@std/path";

import { readJournal } from "../../src/journal/mod.ts";
import { createWorld, type World } from "./world.ts";

/** Lets tasks of 8 files go from the prompt to their end. */
async function eightFiles(world: World, count: number): Promise<void> {
  const script = "for n in 1 2 3 4 5 6 7 8; do echo $n > output/$n; done";
  const tasks = [];
  for (let n = 0; n < count; n++) tasks.push(await world.submit(script));
  // Half a minute: a budget that has to wait for its window waits longer.
  for (const task of tasks) assert.equal((await world.ended(task, 30_000)).status, "completed");
}

Deno.test("after a kill a burst of tasks has what is left of the Server's window, and no more", async () => {
  await using world = await createWorld({ settings: { executor: { capacity: 2 } } });
  const first = await world.startAgent();
  await eightFiles(world, 2);
  first.kill("SIGKILL");
  await first.exited;
  const second = await world.startAgent();
  await eightFiles(world, 6);
  assert.deepEqual(world.server.requests.filter(({ status }) => status === 429), []);
  await second.leave();
  using journal = readJournal(join(world.dataDir, "agent.db"));
  const { times, ahead } = JSON.parse(journal.fact("requests")!);
  assert.equal(ahead, 0, "after a stop nothing is guessed");
  assert.ok(times.length > 70, `${times.length}`);
});
