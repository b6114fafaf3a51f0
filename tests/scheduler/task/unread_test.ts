import assert from "node:assert/strict";
import { dirname, join } from "@std/path";

import { type AttemptRow, type Journal, openJournal } from "../../../src/journal/mod.ts";
import { SILENT } from "../../../src/log/mod.ts";
import { Attempt } from "../../../src/scheduler/task/attempt.ts";
import { Janitor } from "../../../src/scheduler/janitor.ts";
import type { Deps } from "../../../src/scheduler/deps.ts";
import { SHUTDOWN } from "../../../src/scheduler/task/interruption.ts";
import { runTask } from "../../../src/scheduler/task/run_task.ts";
import { createUploader } from "../../../src/uploader/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "../../../src/util/mod.ts";
import { testConfig } from "../../executor/helpers.ts";
import { type Stage, withServer } from "../../server/with_server.ts";
import { type BadDisk, badDisk } from "../../support/bad_disk.ts";
import { memoryExecutor } from "../../support/memory_executor.ts";

// A finished task with files on a disk with bad sectors, and simulated hours.

const HOUR = 3_600_000;
const LINUX = { ignore: Deno.build.os !== "linux" };

interface Finished {
  readonly stage: Stage;
  readonly journal: Journal;
  readonly disk: BadDisk;
  readonly taskId: string;
  readonly row: () => AttemptRow;
  readonly workspace: string;
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>;
  /** Goes on with the task as an agent does that has just started; says how long it took. */
  readonly goOn: (onTime?: (ms: number, stop: () => void) => unknown) => Promise<number>;
  readonly janitor: () => Janitor;
}

/** @param maxFiles how many files go by themselves */
async function withFinished(maxFiles: number, body: (finished: Finished) => Promise<void>) {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  const owner = { baseUrl: "http://127.0.0.1:1", serviceId: "svc_1" };
  await using stage = await withServer();
  using journal = openJournal(join(dataDir, "agent.db"));
  try {
    const taskId = await stage.runningTask();
    const workspace = join(dataDir, "workspaces", taskId);
    await Deno.mkdir(workspace, { recursive: true });
    await using disk = await badDisk(workspace);
    const { id } = journal.add(owner, {
      taskId,
      attempt: 1,
      state: "accepting",
      task: { id: taskId },
      folder: taskId,
    });
    journal.update(id, { state: "exited", exitCode: 0, endedBy: "itself", runRemoved: true });
    const config = testConfig(dataDir);
    // An engine that has removed the container.
    const executor = memoryExecutor(config);
    const deps: Omit<Deps, "uploader"> = {
      config: { ...config, outputs: { ...config.outputs, maxFiles } },
      owner,
      journal,
      server: stage.client,
      executor,
      log: SILENT,
      clock: SYSTEM_CLOCK,
      lang: "en",
    };
    await body({
      stage,
      journal,
      disk,
      taskId,
      workspace,
      row: () => journal.get(id),
      async write(path, content) {
        await Deno.mkdir(dirname(join(workspace, path)), { recursive: true });
        if (typeof content === "string") await Deno.writeTextFile(join(workspace, path), content);
        else await Deno.writeFile(join(workspace, path), content);
      },
      async goOn(onTime = () => {}) {
        const shutdown = new AbortController();
        let now = 0;
        const clock: Clock = {
          ...SYSTEM_CLOCK,
          now: () => now,
          wall: () => now,
          async sleep(ms, signal) {
            now += ms;
            const stop = () => shutdown.abort(SHUTDOWN);
            if (now > 24 * HOUR) stop();
            await onTime(now, stop);
            signal?.throwIfAborted();
          },
        };
        const uploader = createUploader({ server: stage.client, log: SILENT, clock });
        const attempt = new Attempt(
          journal.get(id),
          { ...deps, uploader, clock },
          { shutdown: shutdown.signal, resumed: true },
        );
        await runTask(attempt);
        return now;
      },
      janitor: () => new Janitor(deps as Deps),
    });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

const bytes = () => crypto.getRandomValues(new Uint8Array(60_000));
const never = new AbortController().signal;

function skippedOf({ stage, taskId }: Finished): Map<string, string> {
  const skipped = stage.server.task(taskId)?.output?.skipped_files as
    | { name: string; reason: string }[]
    | undefined;
  return new Map(skipped?.map(({ name, reason }) => [name, reason]));
}

/** The files of the result that the Server has. */
function sentBy({ stage, taskId }: Finished): string[] {
  return stage.server.files(taskId).filter(({ stored }) => stored).map(({ name }) => name);
}

Deno.test(
  "a file that cannot be read for hours is left out of what is packed, over restarts",
  LINUX,
  async () => {
    await withFinished(1, async (finished) => {
      const { stage, journal, disk, taskId, row, workspace, write, goOn, janitor } = finished;
      await write("output/response.md", "answer");
      await write("output/good", "good");
      await write("output/bad", bytes());
      await disk.spoil("output/bad");
      await goOn((ms, stop) => ms >= 4 * HOUR && stop());
      assert.equal(row().state, "exited");
      assert.equal(stage.server.task(taskId)?.status, "running");
      const more = await goOn();
      assert.ok(more > 1.9 * HOUR && more < 2.1 * HOUR, `${more / HOUR} h more`);
      assert.equal(row().state, "delivered");
      assert.equal(stage.server.task(taskId)?.status, "completed");
      assert.deepEqual(sentBy(finished), ["output/response.md", "more-files-01.zip"]);
      assert.deepEqual([...skippedOf(finished).keys()], ["output/bad"]);
      assert.match(skippedOf(finished).get("output/bad")!, /EIO/);

      assert.deepEqual(journal.history.unsettled().map((left) => left.taskId), [taskId]);
      await janitor().tidy(new Map(), never);
      assert.ok(
        await Deno.stat(join(workspace, "output", "bad")),
        "its owner has not discarded it",
      );
    });
  },
);

Deno.test(
  "a file that cannot be read for hours is left out of what is sent, after all others",
  LINUX,
  async () => {
    await withFinished(200, async (finished) => {
      const { stage, disk, taskId, row, write, goOn } = finished;
      await write("output/response.md", "answer");
      await write("z", "last");
      await write("output/bad", bytes());
      await disk.spoil("output/bad");
      let sentFirst: string[] | undefined;
      // The waits between the first tries to read it take less than a second together.
      const took = await goOn((ms) => ms > 1_000 && (sentFirst ??= sentBy(finished)));
      assert.deepEqual(sentFirst, ["output/response.md", "z"]);
      assert.ok(took >= 6 * HOUR && took < 6.2 * HOUR, `${took / HOUR} h`);
      assert.equal(row().state, "delivered");
      assert.equal(stage.server.task(taskId)?.status, "completed");
      assert.deepEqual([...skippedOf(finished).keys()], ["output/bad"]);
    });
  },
);

Deno.test("a file that can be read again after hours is sent", LINUX, async () => {
  await withFinished(200, async (finished) => {
    const { disk, row, write, goOn } = finished;
    await write("output/response.md", "answer");
    await write("output/bad", bytes());
    await disk.spoil("output/bad");
    let mended: Promise<void> | undefined;
    const took = await goOn((ms) => ms > 2 * HOUR && (mended ??= disk.mend()));
    assert.ok(took < 3 * HOUR, `${took / HOUR} h`);
    assert.equal(row().state, "delivered");
    assert.deepEqual(sentBy(finished), ["output/response.md", "output/bad"]);
    assert.deepEqual([...skippedOf(finished).keys()], []);
  });
});
