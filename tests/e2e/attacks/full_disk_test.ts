import assert from "node:assert/strict";

import { until } from "../../executor/helpers.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { createWorld } from "../world.ts";
import { NO_RATE, NO_RATE_SERVER } from "./outside.ts";

Deno.test({
  name: "an input without size and end fills no disk: the task fails, and others go on",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using disk = await smallDisk("size=400m,mode=0700");
    await using world = await createWorld({
      server: NO_RATE_SERVER,
      dataDir: `${disk.path}/data`,
      settings: { disk: { min_free: "128m", critical_free: "96m" }, executor: { capacity: 2 } },
    });
    const agent = await world.startAgent(NO_RATE);
    const chunk = new Uint8Array(1 << 20);
    async function* endless() {
      for (;;) yield await Promise.resolve(chunk);
    }
    world.server.faults.inject({
      fileId: "endless",
      effect: {
        kind: "answer",
        status: 200,
        headers: { "content-disposition": "attachment" },
        body: endless,
      },
      times: Infinity,
    });
    const file = { name: "endless", content: "x", id: "endless", claimedSize: null };
    const neighbour = await world.submit("sleep 3; echo fine > output/fine");
    const task = await world.submit("true", [file]);
    const ended = await world.ended(task);
    assert.equal(ended.status, "failed");
    assert.match(ended.errorMessage!, /disk|space|room/i);
    assert.equal((await world.ended(neighbour)).status, "completed");
    const next = await world.submit("echo next");
    assert.equal((await world.ended(next)).output?.stdout, "next\n");
    agent.kill("SIGTERM");
    assert.equal((await agent.exited).code, 143);
  },
});

Deno.test({
  name: "with the inodes used up no task is taken, status says why, and work goes on with new ones",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using disk = await smallDisk("size=400m,nr_inodes=3000,mode=0700");
    await using world = await createWorld({
      dataDir: `${disk.path}/data`,
      settings: { disk: { min_free: "64m", critical_free: "32m" } },
    });
    await world.startAgent();
    await Deno.mkdir(`${disk.path}/many`);
    for (let i = 0; i < 2500; i++) await Deno.writeTextFile(`${disk.path}/many/${i}`, "");
    await until(async () => /inodes left, fewer than 1000/.test(await world.obstacle() ?? ""));
    const task = await world.submit("echo fine");
    assert.equal(world.server.task(task.id)?.status, "pending");
    await Deno.remove(`${disk.path}/many`, { recursive: true });
    assert.equal((await world.ended(task)).status, "completed");
    assert.equal(await world.obstacle(), undefined);
  },
});
