import assert from "node:assert/strict";
import { join } from "@std/path";

import { DockerExecutor } from "../../src/executor/docker/docker_executor.ts";
import type { Executor } from "../../src/executor/mod.ts";
import type { Attempt } from "../../src/scheduler/task/attempt.ts";
import { DiskWatch } from "../../src/scheduler/disk_watch.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { shell, testConfig, until } from "../executor/helpers.ts";
import { memoryExecutor } from "../support/memory_executor.ts";
import { startPrivateEngine } from "../support/private_engine.ts";
import { type SmallDisk, smallDisk } from "../support/small_disk.ts";

// Who is stopped when a real disk is nearly full.

const LINUX = { ignore: Deno.build.os !== "linux" };
const MIB = 2 ** 20;
const NEVER = new AbortController().signal;

/** What is looked at of a run. */
async function runOn(disk: SmallDisk, taskId: string, runId?: string): Promise<Attempt> {
  const workspace = join(disk.path, "workspaces", taskId);
  const logPath = join(disk.path, "logs", `${taskId}.log`);
  for (const folder of [workspace, join(disk.path, "logs")]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  const forExecutor = { taskId, attempt: 1, workspace, logPath, ...runId && { runId } };
  return { row: { state: "running" }, forExecutor } as unknown as Attempt;
}

/** @param engine whose disk is another one, unless it is given */
function watchOn(disk: SmallDisk, engine?: Executor): DiskWatch {
  const config = testConfig(disk.path);
  const executor = engine ?? memoryExecutor(config);
  const marks = { minFree: 100 * MIB, criticalFree: 50 * MIB };
  return new DiskWatch(
    { config: { ...config, disk: marks }, executor, clock: SYSTEM_CLOCK } as unknown as Deps,
  );
}

async function write(folder: string, name: string, mebibytes: number): Promise<void> {
  await Deno.writeFile(join(folder, name), new Uint8Array(mebibytes * MIB));
}

Deno.test(
  "a task whose folder, or log, has grown is stopped, and not one that is larger",
  LINUX,
  async () => {
    for (const place of ["workspace", "logPath"] as const) {
      await using disk = await smallDisk("size=300m");
      const [large, growing] = [await runOn(disk, "large"), await runOn(disk, "growing")];
      const watch = watchOn(disk);
      await write(large.forExecutor.workspace, "a", 160);
      assert.deepEqual(await watch.look([large, growing], NEVER), []);
      await Deno.writeFile(
        place === "logPath"
          ? growing.forExecutor.logPath
          : join(growing.forExecutor.workspace, "a"),
        new Uint8Array(100 * MIB),
      );
      assert.deepEqual(await watch.look([large, growing], NEVER), [growing]);
    }
  },
);

Deno.test(
  "with the inodes used up the task that has made the files is stopped",
  LINUX,
  async () => {
    await using disk = await smallDisk("size=300m,nr_inodes=3000");
    const [large, many] = [await runOn(disk, "large"), await runOn(disk, "many")];
    const watch = watchOn(disk);
    assert.deepEqual(await watch.look([large, many], NEVER), []);
    await write(large.forExecutor.workspace, "a", 100);
    for (let i = 0; i < 2900; i++) {
      Deno.writeTextFileSync(join(many.forExecutor.workspace, `${i}`), "");
    }
    assert.deepEqual(await watch.look([large, many], NEVER), [many]);
  },
);

Deno.test("what nobody is seen to take stops nobody, and is said", LINUX, async () => {
  await using disk = await smallDisk("size=300m");
  const run = await runOn(disk, "large");
  const watch = watchOn(disk);
  await write(run.forExecutor.workspace, "a", 100);
  assert.deepEqual(await watch.look([run], NEVER), []);
  {
    using open = await Deno.open(join(run.forExecutor.workspace, "gone"), {
      write: true,
      createNew: true,
    });
    await Deno.remove(join(run.forExecutor.workspace, "gone"));
    for (let i = 0; i < 160; i++) await open.write(new Uint8Array(MIB));
    assert.deepEqual(await watch.look([run], NEVER), []);
    assert.match((await watch.obstacle())?.en ?? "", /not explained.*still open/);
  }
  assert.deepEqual(await watch.look([run], NEVER), []);
  assert.equal(await watch.obstacle(), undefined);
});

Deno.test("what a container writes into its own layer, or says, is its task's", LINUX, async () => {
  await using disk = await smallDisk("size=420m");
  await using engine = await startPrivateEngine({ dataRoot: join(disk.path, "engine") });
  await using connection = await engine.connect();
  for (const script of ["head -c 250m /dev/zero > /layer", "head -c 230m /dev/zero | tr '\\0' x"]) {
    const config = testConfig(disk.path, {
      executor: shell(`until [ -e go ]; do sleep 0.1; done; ${script}; touch full; sleep 600`),
    });
    const agentId = crypto.randomUUID();
    const configPath = join(disk.path, "config.toml");
    await using executor = new DockerExecutor({
      config,
      engine: connection,
      agentId,
      configPath,
    });
    const large = await runOn(disk, "large");
    const { forExecutor: attempt } = await runOn(disk, "writing");
    await Deno.chmod(attempt.workspace, 0o777);
    const runId = await executor.create(attempt, NEVER);
    try {
      await executor.start(runId, NEVER);
      const writing = await runOn(disk, "writing", runId);
      const watch = watchOn(disk, executor);
      await write(large.forExecutor.workspace, "a", 150);
      assert.deepEqual(await watch.look([large, writing], NEVER), []);
      await Deno.writeTextFile(join(attempt.workspace, "go"), "");
      const full = join(attempt.workspace, "full");
      await until(() => Deno.stat(full).then(() => true, () => false), "the disk to be full");
      assert.deepEqual(await watch.look([large, writing], NEVER), [writing], script);
    } finally {
      await executor.remove(runId);
      await Deno.remove(join(disk.path, "workspaces"), { recursive: true });
    }
  }
});
