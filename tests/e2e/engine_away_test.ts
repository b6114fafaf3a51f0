import assert from "node:assert/strict";
import { join } from "@std/path";

import { until } from "../executor/helpers.ts";
import { testEngine } from "../support/engine.ts";
import { createWorld, type World } from "./world.ts";

// An engine that comes up later than the agent: nothing that the agent has already may wait for it.

/** A world whose engine is there while a link to its socket is. */
async function withLinkedEngine(
  body: (world: World, plug: () => Promise<void>, unplug: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-link-" });
  const link = join(folder, "docker.sock");
  const connection = await testEngine();
  assert.equal(connection.endpoint.kind, "unix");
  const { path } = connection.endpoint as { readonly path: string };
  {
    await using world = await createWorld({ engine: { host: `unix://${link}`, connection } });
    await body(world, () => Deno.symlink(path, link), () => Deno.remove(link));
  }
  await Deno.remove(folder, { recursive: true });
}

const obstructed = async (world: World) =>
  await until(async () => /engine/i.test(await world.obstacle() ?? ""), "the obstacle");

Deno.test({
  name:
    "with work under way the agent comes up without its engine, keeps its tasks, and goes on with it",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withLinkedEngine(async (world, plug, unplug) => {
      await plug();
      const first = await world.startAgent();
      const { faults } = world.server;
      faults.inject({ call: "complete", effect: { kind: "cut", at: "start" }, times: Infinity });
      const finished = await world.submit("echo done > output/done");
      await until(() => faults.injected > 0, "its result");
      const running = await world.submit("sleep 8; echo late > output/late");
      // That of the task before may still be there.
      const its = (name: string) => name.includes(running.id);
      await until(async () => (await world.containers()).some(its), "its container");
      first.kill("SIGKILL");
      await first.exited;
      await unplug();
      faults.clear();

      await world.startAgent();
      assert.equal((await world.ended(finished)).status, "completed");
      await obstructed(world);
      const waiting = await world.submit("echo next > output/next");
      const { serviceId, server } = world;
      await until(() => server.service(serviceId)?.status === "online", "its heartbeat");
      assert.equal(server.task(running.id)?.status, "running");
      assert.equal(server.task(waiting.id)?.status, "pending");

      await plug();
      for (const [task, file] of [[running, "output/late"], [waiting, "output/next"]] as const) {
        assert.equal((await world.ended(task)).status, "completed");
        assert.deepEqual([...(await world.outputs(task.id)).keys()], [file]);
      }
      assert.equal(server.task(running.id)?.retryCount, 0);
    }),
});

Deno.test({
  name:
    "with nothing under way a service waits for its engine, and a person is told that it is away",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withLinkedEngine(async (world, plug, unplug) => {
      await assert.rejects(world.startAgent(), /No container engine .* can be reached/);
      await world.startAgent({ env: { AGENT_CORE_SERVICE: "1" } });
      await obstructed(world);
      const task = await world.submit("echo done");
      await plug();
      assert.equal((await world.ended(task)).status, "completed");
      await unplug();
    }),
});
