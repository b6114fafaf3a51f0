import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import { modernizeJournal, openJournal, readJournal } from "../../src/journal/mod.ts";
import { packageFlags } from "../support/packages.ts";
import { smallDisk } from "../support/small_disk.ts";
import { inFolder, OWNER } from "./in_folder.ts";
import { makeOldJournal, migrateTo } from "./old_journal.ts";

const never = new AbortController().signal;
const CHILD = fromFileUrl(new URL("modernize_child.ts", import.meta.url));

function pragma(path: string, name: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0];
  } finally {
    db.close();
  }
}

/** All of an old journal's tasks are there, with what is still needed of them. */
function assertWhole(path: string, tasks: number): void {
  // A write that was broken off is taken back by whoever may write.
  using journal = openJournal(path);
  assert.equal(pragma(path, "integrity_check"), "ok");
  assert.equal(journal.history.recent(tasks + 1).length, tasks);
  for (const n of [1, 2, tasks - 1, tasks]) {
    const row = journal.latest(OWNER, `t${n}`)!;
    const prompt = row.task as { readonly id: string } | null;
    assert.equal(prompt?.id, n % 2 === 1 ? undefined : `t${n}`, "a cleaned task has no prompt");
    assert.deepEqual(row.report?.output, { stdout: `t${n}` });
    assert.deepEqual([row.runId, row.runRemoved, row.updatedAt], [`c${n}`, true, n]);
    assert.equal(journal.files(row.id)[0].fileId, `f${n}`);
  }
  assert.equal(journal.history.recent(1)[0].reportStatus, "completed");
  assert.equal(journal.fact("kept"), "1");
}

Deno.test("an old journal becomes one that can shrink, and the event loop goes on meanwhile", () =>
  inFolder(async (path) => {
    makeOldJournal(path, { tasks: 2_000 });
    let turned = false;
    const onBegin = () => void setTimeout(() => turned = true);
    await modernizeJournal(path, { signal: never, onBegin });
    assert.ok(turned);
    assert.equal(pragma(path, "auto_vacuum"), 2);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertWhole(path, 2_000);
    await modernizeJournal(path, { signal: never, onBegin: () => assert.fail("it is new") });
    await modernizeJournal(`${path}.none`, { signal: never, onBegin: () => assert.fail("none") });
  }));

Deno.test("a new journal is one that can shrink", () =>
  inFolder(async (path) => {
    openJournal(path).close();
    assert.equal(pragma(path, "auto_vacuum"), 2);
    await modernizeJournal(path, { signal: never, onBegin: () => assert.fail("it is new") });
  }));

Deno.test("an old journal that is not converted works all the same", () =>
  inFolder((path) => {
    makeOldJournal(path, { tasks: 10 });
    assertWhole(path, 10);
    using journal = openJournal(path);
    assert.equal(journal.history.giveBack(100), 0);
  }));

Deno.test("a journal from before the machine's uptime was kept has all its rows, and no uptime for them", () =>
  inFolder((path) => {
    makeOldJournal(path, { tasks: 10 });
    migrateTo(2, path);
    const db = new DatabaseSync(path);
    db.exec("UPDATE attempts SET state = 'running', started_at = 5 WHERE task_id = 't6'");
    db.close();
    assert.throws(() => readJournal(path), /older/);
    assertWhole(path, 10);
    using journal = openJournal(path);
    const [{ id, taskId, startedAt, startedUp }] = journal.open();
    assert.deepEqual([taskId, startedAt, startedUp], ["t6", 5, null]);
    assert.equal(journal.latest(OWNER, "t1")!.startedUp, null);
    assert.equal(journal.update(id, { startedUp: 7_000 }).startedUp, 7_000);
  }));

Deno.test("whenever the conversion is killed, the journal is whole, and the next start converts it", async () => {
  let killed = 0;
  for (const delay of [0, 50, 100, 200, 300, 400, 600, 800]) {
    await inFolder(async (path) => {
      makeOldJournal(path, { tasks: 20_000, promptBytes: 300 });
      const args = ["run", "--quiet", "--allow-all", ...packageFlags(), CHILD, path];
      const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
      const said = child.stdout.getReader();
      await said.read();
      await new Promise((resolve) => setTimeout(resolve, delay));
      // On a fast machine it may have come to its end before.
      await Promise.resolve().then(() => child.kill("SIGKILL")).catch(() => {});
      if ((await child.status).signal === "SIGKILL") killed++;
      await said.cancel();
      assertWhole(path, 20_000);
      await modernizeJournal(path, { signal: never });
      assertWhole(path, 20_000);
      assert.equal(pragma(path, "auto_vacuum"), 2);
      const names = (await Array.fromAsync(Deno.readDir(join(path, "..")))).map((file) =>
        file.name
      );
      assert.ok(!names.includes("agent.db.new"), names.join());
    });
  }
  assert.ok(killed > 0);
});

Deno.test("the conversion obeys its signal", () =>
  inFolder(async (path) => {
    makeOldJournal(path, { tasks: 20_000 });
    const controller = new AbortController();
    const onBegin = () => void setTimeout(() => controller.abort(new Error("enough")), 100);
    const converted = modernizeJournal(path, { signal: controller.signal, onBegin });
    await assert.rejects(converted, /enough/);
    // The thread takes a moment to let go of what it had open.
    const again = (): Promise<void> =>
      modernizeJournal(path, { signal: never }).catch((error) => {
        assert.match(error.message, /locked/);
        return again();
      });
    await again();
    assertWhole(path, 20_000);
  }));

Deno.test({
  name: "a disk without room for the copy leaves the old journal",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using disk = await smallDisk("size=16m");
    const path = join(disk.path, "agent.db");
    makeOldJournal(path, { tasks: 10 });
    {
      using journal = openJournal(path);
      const task = "x".repeat(9_000_000);
      journal.add(OWNER, { taskId: "big", attempt: 1, state: "running", task, folder: "big" });
    }
    await assert.rejects(modernizeJournal(path, { signal: never }), /full/);
    using journal = openJournal(path);
    assert.deepEqual(journal.open().map((row) => row.taskId), ["big"]);
    const names = (await Array.fromAsync(Deno.readDir(disk.path))).map((file) => file.name);
    assert.ok(!names.includes("agent.db.new"), names.join());
  },
});

Deno.test("while somebody has the old journal open it is left alone, and nobody writes what it was", () =>
  inFolder(async (path) => {
    makeOldJournal(path, { tasks: 10 });
    {
      using _writing = openJournal(path);
      using _reading = readJournal(path);
      await assert.rejects(modernizeJournal(path, { signal: never }), /locked/);
    }
    // Another process that had only just opened it when it was replaced.
    const late = new DatabaseSync(path);
    await modernizeJournal(path, { signal: never });
    assert.throws(() => late.exec("PRAGMA journal_mode = WAL"), /readonly/);
    assert.throws(() => late.exec("UPDATE attempts SET cleaned = 1"), /readonly/);
    late.close();
    assertWhole(path, 10);
  }));
