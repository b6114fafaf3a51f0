import assert from "node:assert/strict";

import { openJournal } from "../../src/journal/mod.ts";
import { shrinkJournal } from "../../src/scheduler/shrink_journal.ts";
import { inFolder, OWNER } from "../journal/in_folder.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";

const DAILY = { historyDays: 1, clock: SYSTEM_CLOCK };
const TASKS = 100;

/** Runs `body` with a journal whose tasks ended long ago and have been cleaned up. */
function withOldTasks(body: (journal: ReturnType<typeof openJournal>) => Promise<void>) {
  return inFolder(async (path) => {
    using journal = openJournal(path, { clock: { ...SYSTEM_CLOCK, wall: () => 1_000 } });
    for (let n = 0; n < TASKS; n++) {
      const task = { id: `t${n}`, task_prompt: "p".repeat(50_000) };
      const state = "delivered" as const;
      const { id } = journal.add(OWNER, { taskId: task.id, attempt: 1, state, task, folder: "t" });
      journal.history.clean(id);
    }
    await body(journal);
  });
}

Deno.test("a long history goes in steps, which obey the signal", () =>
  withOldTasks(async (journal) => {
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(new Error("enough")));
    await assert.rejects(shrinkJournal(journal, { ...DAILY, signal }), /enough/);
    const left = journal.history.recent(TASKS).length;
    assert.ok(left > 0 && left < TASKS, `${left}`);
    await shrinkJournal(journal, { ...DAILY, signal: new AbortController().signal });
    assert.deepEqual(journal.history.recent(TASKS), []);
    assert.equal(journal.history.giveBack(1), 0);
  }));

Deno.test("history_days = 0 keeps the records for ever, and gives free pages back", () =>
  withOldTasks(async (journal) => {
    await shrinkJournal(journal, {
      ...DAILY,
      historyDays: 0,
      signal: new AbortController().signal,
    });
    assert.equal(journal.history.recent(TASKS).length, TASKS);
    assert.equal(journal.history.giveBack(1), 0);
  }));
