import assert from "node:assert/strict";

import { createWorld } from "../world.ts";
import { assertHarmless, NO_RATE, NO_RATE_SERVER, skippedOf, STEP } from "./outside.ts";

/** The most memory that a process has ever had (VmHWM, proc_pid_status(5)) is below so many MiB. */
async function assertPeak(pid: number, mebibytes: number): Promise<void> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const peak = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)![1]) / 1024;
  assert.ok(peak < mebibytes, `the agent has taken ${Math.round(peak)} MiB`);
}

Deno.test({
  name:
    "countless entries: memory stays flat, heartbeats go on, the report says what became of them",
  ignore: Deno.build.os !== "linux",
  async fn(t) {
    await using world = await createWorld({ server: NO_RATE_SERVER });
    const agent = await world.startAgent(NO_RATE);
    const step = (name: string, fn: () => Promise<void>) => t.step({ name, ...STEP, fn });

    await step("a million entries of all kinds", async () => {
      const task = await world.submit(`
        cd output; mkdir links0; cd links0; seq 10000 | xargs sh -c 'ln -s "$@" .' sh
        cd ..; for n in $(seq 99); do cp -Rdl links0 links$n; done
        for n in $(seq 10); do mkdir d$n; (cd d$n; seq 200 | xargs touch); done
        mkfifo pipe; echo first > response.md`);
      const ended = await world.ended(task, 240_000);
      assert.equal(ended.status, "completed", ended.errorMessage ?? "");
      await assertHarmless(world, ended);
      assert.ok((await world.outputs(task.id)).has("output/response.md"));
      assert.equal(skippedOf(ended).size, 200);
      const more = ended.output?.skipped_more as { reason: string; count: number }[];
      assert.ok(more.some(({ reason, count }) => /link/.test(reason) && count > 900_000));
      assert.ok(more.some(({ reason }) => /1,?000,?000/.test(reason)), JSON.stringify(more));
      await assertPeak(agent.pid, 200);
    });

    await step("100,000 files come in zip parts", async () => {
      const task = await world.submit(`
        cd output; for n in $(seq 100); do mkdir $n; (cd $n; seq 1000 | xargs touch); done
        echo first > response.md`);
      const ended = await world.ended(task);
      assert.equal(ended.status, "completed", ended.errorMessage ?? "");
      await assertHarmless(world, ended);
      const { files, parts } = ended.output?.zipped as { files: number; parts: number };
      assert.equal(files, 100_001 - 200);
      const names = ended.output?.files as string[];
      assert.equal(names.length, 200 + parts);
      assert.equal(names[0], "output/response.md");
      assert.ok(parts <= 25, `${parts} parts`);
      await assertPeak(agent.pid, 200);
    });

    assert.equal(world.server.service(world.serviceId)?.status, "online");
    for (const task of world.server.tasks()) {
      assert.deepEqual(
        task.history.map(({ status }) => status),
        ["pending", "running", "completed"],
        "the Server took the agent for dead",
      );
    }
  },
});
