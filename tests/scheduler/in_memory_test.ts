import assert from "node:assert/strict";
import { join } from "@std/path";

import { prepareDataFolder } from "../../src/data_folder/mod.ts";
import { openJournal } from "../../src/journal/mod.ts";
import { SILENT } from "../../src/log/mod.ts";
import { Scheduler } from "../../src/scheduler/mod.ts";
import { createUploader } from "../../src/uploader/mod.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { testConfig } from "../executor/helpers.ts";
import { withServer } from "../server/with_server.ts";
import { memoryExecutor } from "../support/memory_executor.ts";

Deno.test("without any engine a task is a function, and its files and its code reach the Server", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  await using stage = await withServer();
  const { client: server, serviceId } = stage;
  const config = testConfig(dataDir);
  await prepareDataFolder(config.paths);
  using journal = openJournal(join(dataDir, "agent.db"));
  await using executor = memoryExecutor(config, async ({ env, workspace, stdout }) => {
    stdout(`task ${env.TASK_ID}\n`);
    const sheet = JSON.parse(await Deno.readTextFile(join(workspace, "task.json")));
    const input = await Deno.readTextFile(join(workspace, sheet.input_files[0].local_path));
    await Deno.writeTextFile(join(workspace, "output/response.md"), input.toUpperCase());
    return input === "bad" ? 7 : 0;
  });
  const scheduler = new Scheduler({
    config,
    owner: { baseUrl: stage.server.url, serviceId },
    journal,
    server,
    executor,
    uploader: createUploader({ server, log: SILENT, clock: SYSTEM_CLOCK }),
    log: SILENT,
    clock: SYSTEM_CLOCK,
    lang: "en",
  });
  const ended = scheduler.run();
  try {
    for (const [content, status] of [["good", "completed"], ["bad", "failed"]]) {
      const files = [{ name: "words.txt", content }];
      const { id } = await stage.server.submit({ serviceId, prompt: "go", files });
      const task = await stage.server.waitFor(id, "ended", { timeoutMs: 30_000 });
      assert.equal(task.status, status, JSON.stringify(task));
      assert.equal(task.output?.stdout, `task ${id}\n`);
      const sent = stage.server.files(id).find(({ createdBy }) => createdBy === "agent");
      const bytes = await stage.server.fileBytes(sent!.id);
      assert.equal(new TextDecoder().decode(bytes), content.toUpperCase());
    }
  } finally {
    scheduler.end("drain");
    await ended;
    await Deno.remove(dataDir, { recursive: true });
  }
});
