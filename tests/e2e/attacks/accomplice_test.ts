import assert from "node:assert/strict";
import { join } from "@std/path";

import type { DevTask } from "../../../src/devserver/mod.ts";
import type { AgentProcess } from "../agent_process.ts";
import { createWorld, type World } from "../world.ts";
import {
  assertHarmless,
  NO_RATE,
  NO_RATE_SERVER,
  pausedTask,
  plantSecret,
  skippedOf,
  STEP,
} from "./outside.ts";

// Some things no container can do by itself, but one with a helper outside can (another task with a
// shared mount, a user of the machine, a weaker engine). Here the test itself is the helper.

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** The names of what arrived. */
async function names(world: World, task: DevTask): Promise<string[]> {
  return [...(await world.outputs(task.id)).keys()].sort();
}

Deno.test("with help from outside, too, nothing of the outside is sent", async (t) => {
  await using world = await createWorld({ server: NO_RATE_SERVER });
  const secret = await plantSecret(world);
  const agent = await world.startAgent(NO_RATE);
  const step = (name: string, fn: () => Promise<void>) => t.step({ name, ...STEP, fn });

  await step("hard links to files outside are left out, those within are sent", async () => {
    const { task, dir, goOn } = await pausedTask(
      world,
      "echo in > output/in; ln output/in output/twin",
    );
    await Deno.link(secret, join(dir, "output", "hard"));
    await Deno.link(world.configPath, join(dir, "response.md"));
    await goOn();
    const ended = await world.ended(task);
    await assertHarmless(world, ended);
    assert.deepEqual(await names(world, ended), ["output/in", "output/twin"]);
    const skipped = skippedOf(ended);
    for (const name of ["output/hard", "response.md"]) assert.match(skipped.get(name)!, /link/);
  });

  await step("devices and sockets are neither opened nor waited for", async () => {
    const { task, dir, goOn } = await pausedTask(world, "echo good > output/good");
    const short = await Deno.makeTempDir({ prefix: "agent-core-" });
    const listener = Deno.listen({ transport: "unix", path: join(short, "socket") });
    try {
      await Deno.rename(join(short, "socket"), join(dir, "output", "socket"));
      await run("mknod", join(dir, "output", "zero"), "c", "1", "5");
      await run("mknod", join(dir, "output", "disk"), "b", "8", "0");
      await run("mknod", join(dir, "output", "response.md"), "p");
      await goOn();
      const ended = await world.ended(task);
      assert.deepEqual(await names(world, ended), ["output/good"]);
      const left = [...skippedOf(ended).keys()].sort();
      const expected = ["disk", "response.md", "socket", "zero"].map((name) => `output/${name}`);
      assert.deepEqual(left, expected);
    } finally {
      listener.close();
      await Deno.remove(short, { recursive: true });
    }
  });

  const changes: Record<string, (file: string) => Promise<void>> = {
    "is replaced by a link": async (file) => {
      await Deno.remove(file);
      await Deno.symlink(secret, file);
    },
    "is replaced by a hard link": async (file) => {
      await Deno.remove(file);
      await Deno.link(secret, file);
    },
    "is replaced by a pipe": async (file) => {
      await Deno.remove(file);
      await run("mkfifo", file);
    },
    "grows": (file) => Deno.writeTextFile(file, "more", { append: true }),
    "is written to": async (file) => {
      using open = await Deno.open(file, { write: true });
      await open.write(new TextEncoder().encode("XX"));
    },
    "is gone": (file) => Deno.remove(file),
  };
  for (const [what, change] of Object.entries(changes)) {
    await step(`a file that ${what} between collecting and sending is left out`, async () => {
      const ended = await changedBeforeSending(world, agent, async (dir) => {
        await change(join(dir, "output", "big"));
      });
      await assertHarmless(world, ended);
      assert.deepEqual(await names(world, ended), ["output/small"]);
      assert.match(skippedOf(ended).get("output/big")!, /chang/);
      assert.deepEqual(ended.output?.files, ["output/small"]);
    });
  }

  await step(
    "a folder that becomes a link between collecting and sending hides nothing",
    async () => {
      const elsewhere = join(world.folder, "elsewhere");
      await Deno.mkdir(elsewhere);
      for (const name of ["big", "small"]) await Deno.copyFile(secret, join(elsewhere, name));
      const ended = await changedBeforeSending(world, agent, async (dir) => {
        await Deno.rename(join(dir, "output"), join(dir, "moved"));
        await Deno.symlink(elsewhere, join(dir, "output"));
      });
      await assertHarmless(world, ended);
      assert.deepEqual(await names(world, ended), []);
    },
  );

  await step("a file that changes while it is sent never arrives whole", async () => {
    const { task, dir, goOn } = await pausedTask(world, "head -c 30000000 /dev/zero > output/big");
    let writing = true;
    await goOn();
    const write = async () => {
      await agent.logged((line) => line.task === task.id && /collected/.test(line.message));
      using file = await Deno.open(join(dir, "output", "big"), { write: true });
      while (writing) {
        await file.seek(0, Deno.SeekMode.Start);
        await file.write(crypto.getRandomValues(new Uint8Array(1000)));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const written = write();
    const ended = await world.ended(task);
    writing = false;
    await written;
    assert.equal(ended.status, "completed", ended.errorMessage ?? "");
    // It may have been read in one go before the first change; then it is what it was.
    for (const bytes of (await world.outputs(task.id)).values()) {
      assert.ok(bytes.every((byte) => byte === 0), "a mix of two versions was sent");
    }
  });

  await step("the workspace itself, or the folder of all, becomes a link", async () => {
    for (const level of ["", ".."]) {
      const { task, dir, goOn } = await pausedTask(world, "echo x > output/x");
      const real = join(dir, level);
      const aside = join(world.folder, `aside${level.length}`);
      await Deno.rename(real, aside);
      await Deno.symlink(aside, real);
      await goOn();
      const ended = await world.ended(task);
      await Deno.remove(real);
      await Deno.rename(aside, real);
      await assertHarmless(world, ended);
      assert.equal(ended.status, "failed");
      assert.deepEqual(await names(world, ended), []);
      assert.match(ended.errorMessage!, /workspaces/);
    }
  });
});

/** A task with two files, whose workspace is changed after the files were chosen. */
async function changedBeforeSending(
  world: World,
  agent: AgentProcess,
  change: (dir: string) => Promise<void>,
): Promise<DevTask> {
  // The agent asks for the task's files before it sends its first one; meanwhile it waits here.
  const remove = world.server.faults.inject({
    call: "list",
    effect: { kind: "answer", status: 503 },
    times: Infinity,
  });
  const task = await world.submit(
    "head -c 300000 /dev/zero > output/big; echo small > output/small",
  );
  await agent.logged((line) => line.task === task.id && /collected/.test(line.message));
  await change(join(world.dataDir, "workspaces", task.id));
  remove();
  return await world.ended(task);
}
