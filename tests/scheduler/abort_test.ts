import assert from "node:assert/strict";
import { join } from "@std/path";

import { openJournal } from "../../src/journal/mod.ts";
import { type Logger, SILENT } from "../../src/log/mod.ts";
import type { Attempt } from "../../src/scheduler/task/attempt.ts";
import { DiskWatch } from "../../src/scheduler/disk_watch.ts";
import { Janitor } from "../../src/scheduler/janitor.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { SHUTDOWN } from "../../src/scheduler/task/interruption.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { testConfig } from "../executor/helpers.ts";
import { memoryExecutor } from "../support/memory_executor.ts";

const OWNER = { baseUrl: "http://127.0.0.1:1", serviceId: "svc_1" };
/** More than is looked at or removed between two turns of the event loop. */
const MANY = 10_000;

/** Aborted as soon as the work under way lets anything else have its turn. */
function soon(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(SHUTDOWN));
  return controller.signal;
}

/** Aborted as soon as something of the filled folder is gone. */
function onceBegun(folder: string): AbortSignal {
  const controller = new AbortController();
  const look = () => {
    if ([...Deno.readDirSync(folder)].length < MANY) controller.abort(SHUTDOWN);
    else setTimeout(look);
  };
  setTimeout(look);
  return controller.signal;
}

async function withWorkspace(body: (dataDir: string, folder: string) => Promise<void>) {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const folder = join(dataDir, "workspaces", "t");
    await Deno.mkdir(folder, { recursive: true });
    for (let i = 0; i < MANY; i++) Deno.writeTextFileSync(join(folder, `f${i}`), "");
    await body(dataDir, folder);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

Deno.test("the shutdown ends the measuring of workspaces", async () => {
  await withWorkspace(async (dataDir, workspace) => {
    const config = testConfig(dataDir);
    const deps = {
      config: { ...config, disk: { minFree: 1, criticalFree: 1 } },
      clock: SYSTEM_CLOCK,
    };
    const disk = new DiskWatch(deps as unknown as Deps);
    // What is looked at of a run.
    const forExecutor = { workspace, logPath: `${workspace}.log` };
    const run = { row: { state: "running" }, forExecutor } as unknown as Attempt;
    const reason = await disk.look([run], soon()).then(() => "measured", (error) => error);
    assert.equal(reason, SHUTDOWN);
  });
});

Deno.test("the shutdown ends the cleaning of a task, which is gone on with later", async () => {
  await withWorkspace(async (dataDir, folder) => {
    using journal = openJournal(join(dataDir, "agent.db"));
    const task = { taskId: "t", attempt: 1, state: "accepting", task: { id: "t" } } as const;
    const { id } = journal.add(OWNER, { ...task, folder: "t" });
    const report = { status: "completed", output: null, errorMessage: null } as const;
    journal.update(id, { state: "delivered", report, discarded: true });
    // An engine that holds nothing.
    const executor = memoryExecutor(testConfig(dataDir));
    const warnings: string[] = [];
    const log: Logger = { ...SILENT, warn: (words) => void warnings.push(words.en) };
    const deps = {
      config: testConfig(dataDir),
      journal,
      executor,
      owner: OWNER,
      log,
      clock: SYSTEM_CLOCK,
    } as unknown as Deps;
    await new Janitor(deps).tidy(new Map(), onceBegun(folder));
    assert.ok([...Deno.readDirSync(folder)].length > 0);
    assert.deepEqual(journal.history.uncleaned().map((row) => row.id), [id]);
    assert.deepEqual(warnings, []);
    await new Janitor(deps).tidy(new Map(), new AbortController().signal);
    assert.deepEqual(journal.history.uncleaned(), []);
  });
});
