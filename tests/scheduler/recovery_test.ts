import assert from "node:assert/strict";
import { join } from "@std/path";

import { prepareDataFolder, taskPaths } from "../../src/data_folder/mod.ts";
import { MemoryEngine } from "../../src/executor/memory/memory_engine.ts";
import { MemoryExecutor } from "../../src/executor/memory/memory_executor.ts";
import { openJournal } from "../../src/journal/mod.ts";
import { createLogger, SILENT } from "../../src/log/mod.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { Scheduler } from "../../src/scheduler/mod.ts";
import { doubtUnsynced } from "../../src/scheduler/power_cut.ts";
import { adoptStrays } from "../../src/scheduler/recovery.ts";
import { createUploader } from "../../src/uploader/mod.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { testConfig, until } from "../executor/helpers.ts";
import { OWNER } from "../journal/in_folder.ts";
import { withServer } from "../server/with_server.ts";
import { badDisk } from "../support/bad_disk.ts";

Deno.test({
  name: "a container whose task cannot be read for the machine's trouble is not given up for that",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
    {
      await using disk = await badDisk(dataDir);
      const workspace = join(dataDir, "workspaces", "t");
      await Deno.mkdir(workspace, { recursive: true });
      await Deno.writeTextFile(join(workspace, "task.json"), "{}");
      await disk.spoil("workspaces/t/task.json");
      using journal = openJournal(join(dataDir, "agent.db"));
      const said: string[] = [];
      const stray = { taskId: "t", attempt: 1, runId: "c1", state: "running", workspace };
      const executor = {
        list: () => Promise.resolve([stray]),
        remove: () => Promise.reject(new Error("it was removed")),
      };
      const log = createLogger({ lang: "en", level: "warn", write: (line) => said.push(line) });
      const config = testConfig(dataDir);
      const deps = {
        config,
        journal,
        executor,
        log,
        owner: OWNER,
        lang: "en",
        clock: SYSTEM_CLOCK,
      } as unknown as Deps;
      const end = new AbortController();
      const adopting = adoptStrays(deps, new Map(), () => assert.fail("it went on"), end.signal);
      await until(() => said.length > 0, "a word about it");
      end.abort();
      await assert.rejects(adopting, (error) => error === end.signal.reason);
      assert.match(said.join(), /read or write error/);
      assert.equal(journal.latest(OWNER, "t"), undefined);
    }
    await Deno.remove(dataDir, { recursive: true });
  },
});

Deno.test("a result of which a power cut may have taken half is not reported: the task runs again", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  await using stage = await withServer();
  const { client: server, serviceId, signal } = stage;
  const owner = { baseUrl: stage.server.url, serviceId };
  const config = testConfig(dataDir);
  await prepareDataFolder(config.paths);
  using journal = openJournal(join(dataDir, "agent.db"));
  let runs = 0;
  const engine = new MemoryEngine({
    images: {
      [config.executor.image]: async ({ workspace }) => {
        // The first run is under way when the power is cut; what it wrote is not there any more.
        if (++runs === 1) return await new Promise<number>(() => {});
        await Deno.writeTextFile(join(workspace, "output/response.md"), "whole");
        return 0;
      },
    },
  });
  await using executor = new MemoryExecutor({ config, engine, agentId: "mine" });
  const taskId = await stage.runningTask();
  const { workspace, log } = taskPaths(dataDir, taskId);
  await Deno.mkdir(workspace, { recursive: true });
  const task = { id: taskId, task_prompt: "go" };
  const first = { taskId, attempt: 1, state: "accepted", task, folder: taskId } as const;
  const runId = await executor.create({ taskId, attempt: 1, workspace, logPath: log }, signal);
  await executor.start(runId, signal);
  const ended = {
    state: "exited",
    exitCode: 0,
    endedBy: "itself",
    endedAt: 2,
    startedAt: 1,
  } as const;
  doubtUnsynced(journal, SYSTEM_CLOCK, "boot 1");
  journal.addFound(owner, first, { ...ended, runId });
  engine.restart();
  const scheduler = new Scheduler({
    config,
    owner,
    journal,
    server,
    executor,
    uploader: createUploader({ server, log: SILENT, clock: SYSTEM_CLOCK }),
    log: SILENT,
    clock: SYSTEM_CLOCK,
    bootId: "boot 2",
    lang: "en",
  });
  const done = scheduler.run();
  try {
    const { status } = await stage.server.waitFor(taskId, "ended", { timeoutMs: 30_000 });
    assert.equal(status, "completed");
    assert.equal(runs, 2);
    const [file] = stage.server.files(taskId);
    assert.equal(new TextDecoder().decode(await stage.server.fileBytes(file.id)), "whole");
  } finally {
    scheduler.end("drain");
    await done;
    await Deno.remove(dataDir, { recursive: true });
  }
});
