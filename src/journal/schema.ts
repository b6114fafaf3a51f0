import type { DatabaseSync } from "node:sqlite";

import { Failure, journalText } from "../i18n/mod.ts";

/**
 * What brings a database from version N (the index) to N + 1. Only ever append: a released migration
 * has run on machines that nobody can reach.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    base_url TEXT NOT NULL,
    service_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    losses INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    task TEXT NOT NULL,
    folder TEXT NOT NULL,
    run_id TEXT,
    run_removed INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER,
    ended_at INTEGER,
    exit_code INTEGER,
    ended_by TEXT,
    problem TEXT,
    cancelled_at INTEGER,
    report TEXT,
    known_ids TEXT,
    complete_unanswered INTEGER NOT NULL DEFAULT 0,
    files_unsure INTEGER NOT NULL DEFAULT 0,
    cleaned INTEGER NOT NULL DEFAULT 0,
    discarded INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (base_url, service_id, task_id, attempt)
  ) STRICT;
  CREATE INDEX attempts_by_state ON attempts (state);
  CREATE TABLE files (
    attempt_id INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    source TEXT NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    file_id TEXT,
    left_out TEXT,
    PRIMARY KEY (attempt_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // The poll's answers have pages of their own, which are free as soon as those rows are gone; a report
  // stands last, for SQLite to find the rest without reading through it; and what is asked for again and
  // again does not take longer with every task that ever ran.
  `
  CREATE TABLE attempts_2 (
    id INTEGER PRIMARY KEY,
    base_url TEXT NOT NULL,
    service_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    losses INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    folder TEXT NOT NULL,
    run_id TEXT,
    run_removed INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER,
    ended_at INTEGER,
    exit_code INTEGER,
    ended_by TEXT,
    cancelled_at INTEGER,
    report_status TEXT,
    complete_unanswered INTEGER NOT NULL DEFAULT 0,
    files_unsure INTEGER NOT NULL DEFAULT 0,
    trouble_ms INTEGER NOT NULL DEFAULT 0,
    cleaned INTEGER NOT NULL DEFAULT 0,
    discarded INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    problem TEXT,
    known_ids TEXT,
    report TEXT,
    UNIQUE (base_url, service_id, task_id, attempt)
  ) STRICT;
  CREATE TABLE tasks (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
    task TEXT NOT NULL
  ) STRICT;
  INSERT INTO tasks SELECT id, task FROM attempts WHERE cleaned = 0;
  INSERT INTO attempts_2 SELECT id, base_url, service_id, task_id, attempt, losses, state, folder, run_id,
    run_removed, started_at, ended_at, exit_code, ended_by, cancelled_at, report ->> '$.status',
    complete_unanswered, files_unsure, 0, cleaned, discarded, created_at, updated_at, problem,
    iif(cleaned, NULL, known_ids), report FROM attempts;
  DROP TABLE attempts;
  ALTER TABLE attempts_2 RENAME TO attempts;
  CREATE INDEX attempts_by_state ON attempts (state);
  CREATE INDEX attempts_by_task ON attempts (task_id);
  CREATE INDEX attempts_by_age ON attempts (cleaned, updated_at);
  CREATE INDEX attempts_unremoved ON attempts (state) WHERE run_removed = 0 AND run_id IS NOT NULL;
  ALTER TABLE files ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX files_left_out ON files (attempt_id) WHERE left_out IS NOT NULL;
  `,
  // For how long a run has been under way must not depend on a clock that somebody sets.
  "ALTER TABLE attempts ADD COLUMN started_up INTEGER;",
  // Of an earlier process nobody knows anyway what has become of the Server since.
  "ALTER TABLE attempts DROP COLUMN files_unsure;",
  "ALTER TABLE attempts ADD COLUMN gpus TEXT;",
];

/**
 * Makes sure that a database that is only read has the newest schema.
 *
 * @throws {Failure} when a newer or an older agent-core wrote it.
 */
export function assertNewest(db: DatabaseSync, path: string): void {
  const found = versionOf(db);
  const known = MIGRATIONS.length;
  if (found === known) return;
  throw new Failure(
    (found > known ? journalText.newer : journalText.older)({ path, found, known }),
  );
}

/** One step to a newer schema. */
export interface Migration {
  /** The version that it goes on from. */
  readonly from: number;
  readonly words: string;
}

/**
 * What brings this database to the newest schema, in order.
 *
 * @throws {Failure} when a newer agent-core wrote it: guessing at its meaning could lose results.
 */
export function pendingMigrations(db: DatabaseSync, path: string): Migration[] {
  const found = versionOf(db);
  if (found > MIGRATIONS.length) {
    throw new Failure(journalText.newer({ path, found, known: MIGRATIONS.length }));
  }
  return MIGRATIONS.slice(found).map((words, at) => ({ from: found + at, words }));
}

/**
 * Runs steps, each in a transaction of its own; one that somebody else has made meanwhile is left out.
 * It also runs as text in another thread (see modernize_journal.ts): it uses nothing from outside.
 */
export function migrate(db: DatabaseSync, migrations: readonly Migration[]): void {
  // A table that makes room for its successor must not take with it what refers to it.
  db.exec("PRAGMA foreign_keys = OFF");
  for (const { from, words } of migrations) {
    db.exec("BEGIN IMMEDIATE");
    try {
      const version = db.prepare("PRAGMA user_version").get()?.user_version;
      if (version === from) db.exec(`${words} PRAGMA user_version = ${from + 1};`);
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
  db.exec("PRAGMA foreign_keys = ON");
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}
