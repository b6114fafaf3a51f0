import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";

import { Failure } from "../../src/i18n/mod.ts";
import { openJournal, readJournal } from "../../src/journal/mod.ts";
import { inFolder, OWNER } from "./in_folder.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";

function newTask(taskId: string) {
  return { taskId, attempt: 1, state: "accepting", task: { id: taskId }, folder: taskId } as const;
}

Deno.test("what is written is there after the file was opened anew", () =>
  inFolder((path) => {
    {
      using journal = openJournal(path, { clock: { ...SYSTEM_CLOCK, wall: () => 7 } });
      const row = journal.add(OWNER, newTask("t1"));
      journal.update(row.id, {
        state: "exited",
        runId: "c1",
        exitCode: 3,
        problem: { zh: "坏", en: "bad" },
        knownIds: ["f0"],
        completeUnanswered: true,
      });
    }
    using journal = openJournal(path);
    const [row] = journal.open();
    assert.equal(row.taskId, "t1");
    assert.deepEqual(row.task, { id: "t1" });
    assert.equal(row.state, "exited");
    assert.equal(row.exitCode, 3);
    assert.deepEqual(row.problem, { zh: "坏", en: "bad" });
    assert.deepEqual(row.knownIds, ["f0"]);
    assert.equal(row.completeUnanswered, true);
    assert.equal(row.createdAt, 7);
    assert.equal(row.endedBy, null);
  }));

Deno.test("an attempt that was met under way is written down with all that is known, or not at all", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    assert.equal(journal.addFound(OWNER, newTask("t1"), { runId: "c1" }).runId, "c1");
    const unfit = { state: null as never };
    assert.throws(() => journal.addFound(OWNER, newTask("t2"), unfit), /NOT NULL/);
    assert.equal(journal.latest(OWNER, "t2"), undefined);
  }));

Deno.test("an id is found again whatever is in it", () =>
  inFolder((path) => {
    const ids = ["a\0b", "a", "\0", '"quoted"', '"', "\ud800", "\ud801", "\ufffd", "..", "任务"];
    using journal = openJournal(path);
    for (const id of ids) journal.add(OWNER, newTask(id));
    for (const id of ids) assert.equal(journal.latest(OWNER, id)?.taskId, id, JSON.stringify(id));
    assert.deepEqual(journal.open().map((row) => row.taskId), ids);
  }));

Deno.test("files are written together with the state that announces them", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    const { id } = journal.add(OWNER, newTask("t1"));
    const files = [
      { name: "output/a", size: 1, source: { kind: "workspace" } },
      { name: "output/b", size: 2, source: { kind: "spill" } },
    ];
    journal.collect(id, files, { state: "collected" });
    journal.updateFile(id, 1, { tried: true, fileId: "f1" });
    assert.deepEqual(journal.files(id), [
      {
        position: 0,
        name: "output/a",
        size: 1,
        source: { kind: "workspace" },
        tried: false,
        fileId: null,
        leftOut: null,
        unread: false,
      },
      {
        position: 1,
        name: "output/b",
        size: 2,
        source: { kind: "spill" },
        tried: true,
        fileId: "f1",
        leftOut: null,
        unread: false,
      },
    ]);
    assert.equal(journal.undelivered(OWNER), 1);
    journal.updateFile(id, 1, { fileId: null });
    assert.equal(journal.files(id)[1].fileId, null);
  }));

Deno.test("an attempt that was lost makes room for the next, in one step", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    const first = journal.add(OWNER, newTask("t1"));
    const second = journal.renew(journal.update(first.id, { runId: "c1" }), "t1");
    assert.equal(journal.get(first.id).state, "lost");
    assert.deepEqual(
      [second.attempt, second.losses, second.state, second.runId],
      [2, 1, "accepted", null],
    );
    assert.equal(journal.latest(OWNER, "t1")?.id, second.id);
    assert.deepEqual(journal.open().map((row) => row.id), [second.id]);
    assert.deepEqual(journal.history.unremoved().map((row) => row.id), [first.id]);
  }));

Deno.test("an id of another Server or service is another task", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    journal.add(OWNER, newTask("t1"));
    assert.equal(journal.latest({ ...OWNER, serviceId: "svc_2" }, "t1"), undefined);
    assert.equal(journal.latest({ ...OWNER, baseUrl: "http://other" }, "t1"), undefined);
  }));

Deno.test("of the tasks in doubt only the newest are kept, and none for ever", () =>
  inFolder((path) => {
    let now = 0;
    using journal = openJournal(path, { clock: { ...SYSTEM_CLOCK, wall: () => ++now } });
    for (const id of ["t1", "t2", "t3", "t4"]) {
      journal.update(journal.add(OWNER, newTask(id)).id, { state: "in_doubt" });
    }
    const ids = () => journal.history.inDoubt().map((row) => row.taskId);
    assert.deepEqual(journal.open(), []);
    journal.history.pruneInDoubt({ most: 3, since: 0 });
    assert.deepEqual(ids(), ["t2", "t3", "t4"]);
    journal.history.pruneInDoubt({ most: 3, since: journal.history.inDoubt()[1].createdAt });
    assert.deepEqual(ids(), ["t3", "t4"]);
  }));

Deno.test("a journal of a newer program is refused and left as it is", () =>
  inFolder((path) => {
    openJournal(path).close();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    assert.throws(() => openJournal(path), (error: Failure) =>
      /newer agent-core/.test(error.message));
  }));

Deno.test("a file that is no database is refused by its name", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, "not a database at all, and long enough to have a header");
    assert.throws(
      () => openJournal(path),
      (error) => error instanceof Failure && error.message.includes(path),
    );
  }));

Deno.test("a journal that cannot be opened is not left open", {
  ignore: Deno.build.os !== "linux",
}, () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, "not a database at all, and long enough to have a header");
    for (const open of [openJournal, readJournal]) {
      assert.throws(() => open(path), Failure);
      const stillOpen = [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
        try {
          return Deno.readLinkSync(`/proc/self/fd/${name}`) === path;
        } catch {
          return false;
        }
      });
      assert.deepEqual(stillOpen, []);
    }
  }));

Deno.test("the journal is for its owner alone, and every write is synced", () =>
  inFolder(async (path) => {
    using journal = openJournal(path);
    journal.setFact("a", "1");
    journal.setFact("a", "2");
    assert.equal(journal.fact("a"), "2");
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    const db = new DatabaseSync(path);
    assert.equal(db.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
    db.close();
  }));
