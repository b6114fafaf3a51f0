import { DatabaseSync } from "node:sqlite";

import { migrate, pendingMigrations } from "../../src/journal/schema.ts";

/** What is in a journal of {@linkcode makeOldJournal}. */
export interface OldJournal {
  /** @default {1} */
  readonly tasks?: number;
  /** @default {1000} */
  readonly promptBytes?: number;
  /** When they ended, in milliseconds since the epoch, each 1 ms after the one before. @default {0} */
  readonly endedAt?: number;
}

/** Brings a journal from its format to the one with this number, and no further. */
export function migrateTo(version: number, path: string): void {
  const db = new DatabaseSync(path);
  migrate(db, pendingMigrations(db, path).filter(({ from }) => from < version));
  db.close();
}

/** A journal as agent-core 0.1 made it: of the first format, in a file that cannot shrink. */
export function makeOldJournal(
  path: string,
  { tasks = 1, promptBytes = 1_000, endedAt = 0 }: OldJournal = {},
): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
  migrate(db, pendingMigrations(db, path).slice(0, 1));
  const task = db.prepare(
    `INSERT INTO attempts (base_url, service_id, task_id, attempt, state, task,
    folder, run_id, run_removed, report, cleaned, created_at, updated_at)
    VALUES ('http://127.0.0.1:1', 'svc_1', ?, 1, 'delivered', ?, ?, ?, 1, ?, ?, ?, ?)`,
  );
  const file = db.prepare(
    "INSERT INTO files (attempt_id, position, name, size, source, file_id) VALUES (?, 0, 'a', 1, '{}', ?)",
  );
  db.exec("BEGIN");
  for (let n = 1; n <= tasks; n++) {
    const id = `t${n}`;
    const report = { status: "completed", output: { stdout: id }, errorMessage: null };
    const prompt = JSON.stringify({ id, task_prompt: "x".repeat(promptBytes) });
    // Every other one has its files still.
    task.run(id, prompt, id, `c${n}`, JSON.stringify(report), n % 2, endedAt + n, endedAt + n);
    file.run(n, `f${n}`);
  }
  db.exec("INSERT INTO facts VALUES ('kept', '1'); COMMIT");
  db.close();
}
