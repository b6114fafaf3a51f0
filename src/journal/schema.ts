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
  `
  ALTER TABLE attempts ADD COLUMN trouble_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE files ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
  `,
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

/**
 * Brings the database to the newest schema, each step in a transaction of its own.
 *
 * @throws {Failure} when a newer agent-core wrote it: guessing at its meaning could lose results.
 */
export function migrate(db: DatabaseSync, path: string): void {
  const found = versionOf(db);
  if (found > MIGRATIONS.length) {
    throw new Failure(journalText.newer({ path, found, known: MIGRATIONS.length }));
  }
  for (let version = found; version < MIGRATIONS.length; version++) {
    db.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`,
    );
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}
