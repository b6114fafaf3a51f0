import assert from "node:assert/strict";
import { join } from "@std/path";

import type { MemoryProgram } from "../../../src/executor/memory/memory_container.ts";
import { MemoryEngine } from "../../../src/executor/memory/memory_engine.ts";
import { MemoryExecutor } from "../../../src/executor/memory/memory_executor.ts";
import { type AttemptRow, openJournal } from "../../../src/journal/mod.ts";
import { SILENT } from "../../../src/log/mod.ts";
import { Attempt } from "../../../src/scheduler/task/attempt.ts";
import { runTask } from "../../../src/scheduler/task/run_task.ts";
import { createUploader } from "../../../src/uploader/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "../../../src/util/mod.ts";
import { testConfig } from "../../executor/helpers.ts";
import { type Stage, withServer } from "../../server/with_server.ts";
import { TEST_IMAGE } from "../../support/engine.ts";

// The life of a task on an engine in memory, with a real journal and a real Server.

interface Life {
  readonly stage: Stage;
  readonly engine: MemoryEngine;
  readonly attempt: Attempt;
  readonly taskId: string;
  /** Every state that was written down, in order, and what it was after each attempt's end. */
  readonly states: string[];
  readonly row: () => AttemptRow;
}

interface LifeOptions {
  readonly program?: MemoryProgram;
  readonly timeoutMinutes?: number;
  readonly clock?: Clock;
}

async function withTask(options: LifeOptions, body: (life: Life) => Promise<void>): Promise<void> {
  const { program, timeoutMinutes = 0, clock = SYSTEM_CLOCK } = options;
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  await using stage = await withServer();
  using journal = openJournal(join(dataDir, "agent.db"));
  try {
    await Deno.mkdir(join(dataDir, "logs"));
    const { server, client, serviceId, signal } = stage;
    const owner = { baseUrl: server.url, serviceId };
    await server.submit({ serviceId, prompt: "go", files: [{ name: "in.csv", content: "1,2" }] });
    const { task } = await client.poll({ currentLoad: 0, availableCapacity: 1 }, signal);
    const taskId = task!.id!;
    const engine = new MemoryEngine({ images: { [TEST_IMAGE]: program }, clock });
    const config = testConfig(dataDir, { executor: { timeoutMinutes } });
    const states: string[] = [];
    const row = journal.add(owner, {
      taskId,
      attempt: 1,
      state: "accepting",
      task: task!.raw,
      folder: taskId,
    });
    const deps = {
      config,
      owner,
      journal,
      server: client,
      executor: new MemoryExecutor({ config, engine, agentId: "mine" }),
      uploader: createUploader({ server: client, log: SILENT, clock }),
      log: SILENT,
      clock,
      lang: "en" as const,
      onProgress: ({ state }: AttemptRow) => {
        if (states.at(-1) !== state) states.push(state);
      },
    };
    const attempt = new Attempt(row, deps, { shutdown: signal, resumed: false });
    const latest = () => journal.latest(owner, taskId)!;
    await body({ stage, engine, attempt, taskId, states, row: latest });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Answers with what it was given. */
const answer: MemoryProgram = async ({ workspace, stdout }) => {
  stdout("working\n");
  await Deno.mkdir(join(workspace, "output"), { recursive: true });
  const [input] = Deno.readDirSync(join(workspace, "input"));
  await Deno.copyFile(join(workspace, "input", input.name), join(workspace, "output", "out.csv"));
  return 0;
};

const untilAsked: MemoryProgram = ({ signal }) =>
  new Promise((_, reject) => signal.onabort = () => reject(signal.reason));

Deno.test("a task goes through its states in order, and its files and report arrive", () =>
  withTask({ program: answer }, async ({ stage, engine, attempt, taskId, states }) => {
    await runTask(attempt);
    assert.deepEqual(states, [
      "accepted",
      "prepared",
      "created",
      "running",
      "exited",
      "collected",
      "reporting",
      "delivered",
    ]);
    const [file] = stage.server.files(taskId).filter(({ name }) => name === "output/out.csv");
    assert.equal(new TextDecoder().decode(await stage.server.fileBytes(file.id)), "1,2");
    const { status, output } = stage.server.task(taskId)!;
    assert.equal(status, "completed");
    assert.deepEqual(output, {
      file_ids: [file.id],
      files: ["output/out.csv"],
      stdout: "working\n",
    });
    assert.equal(engine.containers.length, 0, "its container is gone");
  }));

Deno.test("a cancel ends the container and is reported", () =>
  withTask({ program: untilAsked }, async ({ stage, attempt, taskId, states, row }) => {
    const done = runTask(attempt);
    while (row().state !== "running") await new Promise((resolve) => setTimeout(resolve, 5));
    attempt.cancel();
    await done;
    assert.deepEqual(states.slice(-3), ["running", "collected", "delivered"]);
    assert.equal(row().report?.status, "cancelled");
    assert.notEqual(stage.server.task(taskId)!.status, "running");
  }));

Deno.test("a task whose time is over is stopped and reported as failed", () => {
  // A minute takes no time.
  let now = 0;
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      now += ms;
    },
  };
  const options = { program: untilAsked, timeoutMinutes: 60, clock };
  return withTask(options, async ({ stage, attempt, taskId, row }) => {
    await runTask(attempt);
    assert.equal(row().endedBy, "timeout");
    assert.equal(row().exitCode, 143);
    assert.ok(now > 3_599_000 && now < 3_700_000, `${now} ms`);
    const { status, errorMessage } = stage.server.task(taskId)!;
    assert.equal(status, "failed");
    assert.match(errorMessage!, /60/);
  });
});

Deno.test("a run that the engine loses is made once more, and a second loss is reported", () =>
  withTask({ program: untilAsked }, async ({ stage, engine, attempt, taskId, states, row }) => {
    const done = runTask(attempt);
    for (let losses = 0; losses < 2; losses++) {
      while (row().state !== "running" || row().losses !== losses) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      engine.restart();
    }
    await done;
    assert.equal(row().attempt, 2);
    assert.equal(row().endedBy, "lost");
    assert.equal(states.filter((state) => state === "running").length, 2);
    assert.equal(stage.server.task(taskId)!.status, "failed");
  }));

Deno.test("a task that another agent has is neither run nor reported", () =>
  withTask({ program: answer }, async ({ stage, engine, attempt, taskId, row }) => {
    await stage.client.accept(taskId, stage.signal);
    await runTask(attempt);
    assert.equal(row().state, "in_doubt");
    assert.equal(await attempt.accepted.promise, false);
    assert.equal(engine.containers.length, 0);
    assert.equal(stage.server.task(taskId)!.status, "running");
  }));
