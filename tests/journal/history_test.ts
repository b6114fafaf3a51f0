import { DatabaseSync, type StatementSync } from "node:sqlite";
import assert from "node:assert/strict";

import { type AttemptChange, type Journal, openJournal } from "../../src/journal/mod.ts";
import { inFolder, OWNER } from "./in_folder.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";

const REPORT = { status: "completed", output: { stdout: "s" }, errorMessage: null } as const;
const DELIVERED: AttemptChange = { state: "delivered", report: REPORT };

/** Writes an attempt down with one output file, as it stands once `change` has been made. */
function attempt(journal: Journal, taskId: string, change: AttemptChange, leftOut = false): number {
  const { id } = journal.add(OWNER, {
    taskId,
    attempt: 1,
    state: "accepting",
    task: { id: taskId, task_prompt: "p".repeat(100_000) },
    folder: taskId,
  });
  journal.collect(id, [{ name: "a", size: 1, source: { kind: "workspace" } }], {});
  const text = { zh: "太大", en: "too large" };
  journal.updateFile(id, 0, leftOut ? { leftOut: text } : { fileId: `file of ${taskId}` });
  journal.update(id, change);
  return id;
}

Deno.test("what is cleaned up keeps its report, file ids and age, and loses its prompt", () =>
  inFolder((path) => {
    let now = 1_000;
    using journal = openJournal(path, { clock: { ...SYSTEM_CLOCK, wall: () => now } });
    const id = attempt(journal, "t1", { ...DELIVERED, knownIds: ["in"] });
    now = 9_000;
    journal.history.clean(id);
    const row = journal.get(id);
    assert.deepEqual([row.task, row.knownIds, row.cleaned], [null, null, true]);
    assert.deepEqual([row.report, row.updatedAt], [REPORT, 1_000]);
    const [file] = journal.files(id);
    assert.deepEqual([file.name, file.size, file.fileId], ["a", 1, "file of t1"]);
    assert.deepEqual(journal.history.uncleaned(), []);
    const second = journal.renew(journal.get(attempt(journal, "t2", { state: "running" })), "t2");
    assert.equal(journal.get(second.id - 1).task, null, "of an attempt that was lost, too");
    assert.notEqual(second.task, null);
  }));

Deno.test("what ended long ago goes; what is not settled stays, however old", () =>
  inFolder((path) => {
    let now = 1_000;
    using journal = openJournal(path, { clock: { ...SYSTEM_CLOCK, wall: () => now } });
    const cleaned = (taskId: string, change: AttemptChange, leftOut?: boolean) =>
      journal.history.clean(attempt(journal, taskId, change, leftOut));
    cleaned("delivered", DELIVERED);
    cleaned("delivered in part", DELIVERED, true);
    cleaned("delivered in part, discarded", { ...DELIVERED, discarded: true }, true);
    cleaned("undeliverable", { ...DELIVERED, state: "undeliverable" });
    cleaned("discarded", { ...DELIVERED, state: "undeliverable", discarded: true });
    cleaned("lost", { state: "lost" });
    cleaned("its container is there", { ...DELIVERED, runId: "c1" });
    cleaned("its container is gone", { ...DELIVERED, runId: "c2", runRemoved: true });
    attempt(journal, "its files are there", DELIVERED);
    for (const state of ["accepting", "running", "exited", "collected", "reporting"] as const) {
      cleaned(state, { state, report: REPORT, discarded: true });
    }
    now = 2_000;
    cleaned("younger", DELIVERED);

    assert.equal(journal.history.forgetEnded(1_000, 100), 0);
    assert.equal(journal.history.forgetEnded(2_000, 2), 2);
    assert.equal(journal.latest(OWNER, "delivered"), undefined, "the oldest first");
    assert.equal(journal.history.forgetEnded(2_000, 100), 4);
    assert.equal(journal.history.forgetEnded(2_000, 100), 0);
    const left = journal.history.recent(100).map((row) => row.taskId).reverse();
    assert.deepEqual(left, [
      "undeliverable",
      "its container is there",
      "its files are there",
      "accepting",
      "running",
      "exited",
      "collected",
      "reporting",
      "younger",
    ]);
    const db = new DatabaseSync(path);
    const files = db.prepare("SELECT count(*) AS n FROM files").get()?.n;
    db.close();
    assert.equal(files, left.length, "files go with their attempt");
    // A task that is forgotten and comes once more is a new one.
    assert.equal(journal.get(attempt(journal, "delivered", { state: "running" })).attempt, 1);
  }));

Deno.test("a listing holds no prompts and no reports", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    const report = { ...REPORT, output: { stdout: "r".repeat(100_000) } };
    attempt(journal, "running", { state: "running" });
    attempt(journal, "delivered", { state: "delivered", report }, true);
    attempt(journal, "kept", { state: "delivered", report, runId: "c1" });
    const lists = [
      journal.listOpen(),
      journal.history.recent(9),
      journal.history.recentEnded(9),
      journal.history.unsettled(),
      journal.history.unremoved(),
      journal.history.uncleaned(),
    ];
    const ids = lists.map((rows) => rows.map((row) => row.taskId));
    assert.deepEqual(ids, [
      ["running"],
      ["kept", "delivered", "running"],
      ["kept", "delivered"],
      ["delivered"],
      ["kept"],
      ["delivered", "kept"],
    ]);
    assert.ok(JSON.stringify(lists).length < 10_000);
    assert.deepEqual(lists[1].map((row) => [row.reportStatus, row.unsent]), [
      ["completed", false],
      ["completed", true],
      [null, false],
    ]);
    assert.deepEqual(journal.history.report(lists[3][0].id), report);
    assert.equal(journal.history.report(99), null);
  }));

Deno.test("no question takes longer with every task that ever ran", () =>
  inFolder((path) => {
    const asked = new Set<string>();
    const { prepare } = DatabaseSync.prototype;
    DatabaseSync.prototype.prepare = function (words): StatementSync {
      asked.add(words);
      return prepare.call(this, words);
    };
    try {
      using journal = openJournal(path);
      attempt(journal, "t", { state: "running" });
      journal.open();
      journal.listOpen();
      journal.history.recent(9);
      journal.history.recentEnded(9);
      journal.undelivered(OWNER);
      journal.undeliverable();
      journal.history.unsettled();
      journal.history.unremoved();
      journal.history.uncleaned();
      journal.history.find("t");
      journal.latest(OWNER, "t");
      journal.history.inDoubt();
      journal.leases();
      journal.deliveredSince(OWNER, 1, 9);
      journal.elsewhere(OWNER, "t");
      journal.inherit(journal.latest(OWNER, "t")!);
      journal.history.forgetEnded(1, 9);
      journal.history.pruneInDoubt({ most: 9, since: 1 });
    } finally {
      DatabaseSync.prototype.prepare = prepare;
    }
    const db = new DatabaseSync(path);
    const questions = [...asked].filter((words) => /^(SELECT|DELETE)/.test(words));
    assert.ok(questions.length > 15);
    for (const words of questions) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${words}`)
        .all(...Array(words.split("?").length - 1).fill(1))
        .map((step) => String(step.detail)).join("; ");
      // The newest are read from the end, and no further than their number.
      const newest = /ORDER BY id DESC LIMIT \?$/.test(words) && !plan.includes("TEMP B-TREE");
      if (!newest) assert.doesNotMatch(plan, /SCAN (attempts|files)\b/, words);
      // Almost all are one owner's.
      assert.doesNotMatch(plan, /\(base_url=\? AND service_id=\?\)/, words);
      // Almost all have been delivered: the index of states is no help with those.
      const ended = /(?<!\+)\bstate (IN \([^)]*('delivered'|\?)|= 'delivered')/.test(words);
      if (ended) assert.doesNotMatch(plan, /attempts_by_state/, words);
    }
    db.close();
  }));
