import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";

import { modernizeJournal, openJournal } from "../../src/journal/mod.ts";
import { inFolder, OWNER } from "./in_folder.ts";

Deno.test("a database of the Rust agent becomes the journal's file too, and keeps its tables", () =>
  inFolder(async (path) => {
    {
      const db = new DatabaseSync(path);
      db.exec(`
        CREATE TABLE local_tasks (task_id TEXT PRIMARY KEY, status TEXT NOT NULL, started_at TIMESTAMP);
        CREATE TABLE executor_state (id INTEGER PRIMARY KEY CHECK (id = 1), current_load INTEGER DEFAULT 0);
        INSERT INTO local_tasks VALUES ('t1', 'completed', '2026-01-01T00:00:00Z');
        INSERT INTO executor_state (id) VALUES (1);
      `);
      db.close();
    }
    await modernizeJournal(path, { signal: new AbortController().signal });
    {
      using journal = openJournal(path);
      assert.deepEqual(journal.history.recent(10), []);
      journal.add(OWNER, { taskId: "t1", attempt: 1, state: "accepting", task: {}, folder: "t1" });
      assert.equal(journal.open().length, 1);
    }
    const db = new DatabaseSync(path, { readOnly: true });
    assert.equal(db.prepare("SELECT status FROM local_tasks").get()?.status, "completed");
    assert.equal(db.prepare("SELECT count(*) AS n FROM executor_state").get()?.n, 1);
    db.close();
  }));
