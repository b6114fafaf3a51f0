import assert from "node:assert/strict";
import { join } from "@std/path";

import { stopAgent } from "../../src/daemon/mod.ts";
import { startRelay } from "../docker/relay.ts";
import { testEngine } from "../support/engine.ts";
import { smallDisk } from "../support/small_disk.ts";
import { until } from "../executor/helpers.ts";
import { createWorld } from "./world.ts";

/** Once armed, takes every removal of the first container that it sees go. */
function removals() {
  const state = { armed: false, hung: undefined as string | undefined };
  const swallows = (chunk: Uint8Array) => {
    const head = new TextDecoder().decode(chunk.subarray(0, 300));
    const id = /^DELETE \S*\/containers\/([0-9a-f]{12,64})/.exec(head)?.[1];
    if (id && state.armed) state.hung ??= id;
    return id !== undefined && id === state.hung;
  };
  return { state, swallows };
}

Deno.test({
  name: "a removal that hangs is given up, and keeps neither the disk's watch nor a drain waiting",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using engine = await testEngine();
    assert.ok(engine.endpoint.kind === "unix");
    const { state, swallows } = removals();
    await using relay = startRelay(engine.endpoint.path, { swallows });
    await using disk = await smallDisk("size=400m,mode=0700");
    await using world = await createWorld({
      engine: { host: `tcp://127.0.0.1:${relay.port}`, connection: await testEngine() },
      dataDir: `${disk.path}/data`,
      settings: { disk: { min_free: "128m", critical_free: "96m" } },
    });
    const agent = await world.startAgent();
    state.armed = true;
    assert.equal((await world.ended(await world.submit("true"))).status, "completed");
    await until(() => Promise.resolve(state.hung !== undefined));
    const stuck = state.hung!;
    try {
      const task = await world.submit(
        "until [ -e full ]; do sleep 0.1; done; head -c 320m /dev/zero > output/x; sleep 600",
      );
      await agent.logged((line) => line.task === task.id && line.message === "Container started");
      await agent.logged((line) => line.message.includes(stuck.slice(0, 12)), 90_000);
      await Deno.writeTextFile(join(world.dataDir, "workspaces", task.id, "full"), "");
      const ended = await world.ended(task);
      assert.equal(ended.status, "failed");
      assert.match(ended.errorMessage!, /disk/i);
      const result = await stopAgent({
        dataDir: world.dataDir,
        mode: "drain",
        timeoutMs: 90_000,
      });
      assert.equal(result.outcome, "stopped");
    } finally {
      await world.engine.removeContainer(stuck, { force: true });
    }
  },
});
