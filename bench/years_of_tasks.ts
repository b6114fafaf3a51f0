import { DatabaseSync } from "node:sqlite";

import { openJournal, type Owner } from "../src/journal/mod.ts";

const DAY_MS = 86_400_000;

/** What {@linkcode fillWithYears} writes. */
export interface YearsOfTasks {
  readonly owner: Owner;
  readonly tasks: number;
  /** When the newest ended, in milliseconds since the epoch. */
  readonly until: number;
  /** Over how many days they ended. @default {364} */
  readonly days?: number;
}

/**
 * Fills an empty journal as an agent leaves it after a year. Of 1,000 attempts 8 were lost, 3 refused by the
 * Server and discarded, and the rest delivered: some 80 as failed, 20 as cancelled, 20 without a file that
 * was too large. One in 50,000 was refused and waits for its owner, one in 20,000 is in doubt. The files of
 * the last day are still there, and those of the last week's failures.
 */
export function fillWithYears(path: string, years: YearsOfTasks): void {
  openJournal(path).close();
  const db = new DatabaseSync(path);
  try {
    db.exec(
      "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -200000; BEGIN",
    );
    insertAttempts(db, years);
    insertFiles(db);
    db.exec(
      `INSERT INTO tasks SELECT id, json_object('id', task_id, 'task_prompt', ${printed("id * 7")})
      FROM attempts WHERE cleaned = 0; COMMIT`,
    );
  } finally {
    db.close();
  }
}

/** How an attempt ended, by its number: a column `kind`. */
const KIND = `CASE
  WHEN n % 1000 < 8 THEN 'lost'
  WHEN n % 50000 = 8 THEN 'undeliverable'
  WHEN n % 1000 IN (8, 9, 10) THEN 'discarded'
  WHEN n % 20000 = 11 THEN 'in_doubt'
  WHEN n % 1000 < 90 THEN 'failed'
  WHEN n % 1000 < 110 THEN 'cancelled'
  ELSE 'completed' END`;

/** SQL for what a program has printed: mostly some hundred bytes, one in 50 times 12 KiB. */
function printed(n: string): string {
  const times = `iif(${n} % 50 = 0, 256, ${n} % 17)`;
  return `replace(hex(zeroblob(${times})), '00', printf('Step %d of the analysis is done: %x rows were read.' ||
    char(10), ${n}, ${n} * 7919))`;
}

function insertAttempts(db: DatabaseSync, { owner, tasks, until, days = 364 }: YearsOfTasks): void {
  const step = days * DAY_MS / tasks;
  db.prepare(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :tasks),
    kinds AS (SELECT n, ${KIND} AS kind,
      printf('%08x-%04x-4000-8000-%012x', n * 2654435761 % 4294967296, n * 40503 % 65536, n) AS task_id,
      CAST(:until - (:tasks - n) * :step AS INTEGER) AS at FROM numbers)
    INSERT INTO attempts (base_url, service_id, task_id, attempt, state, folder, run_id, run_removed,
      started_at, ended_at, exit_code, ended_by, cancelled_at, report_status, cleaned, discarded,
      created_at, updated_at, report)
    SELECT :baseUrl, :serviceId, task_id, 1,
      CASE WHEN kind IN ('lost', 'in_doubt', 'undeliverable') THEN kind
        WHEN kind = 'discarded' THEN 'undeliverable' ELSE 'delivered' END,
      task_id, iif(kind = 'in_doubt', NULL, printf('%016x%048x', n * 7919, n)), kind <> 'in_doubt',
      at - 60000, at - 1000, iif(kind = 'failed', 1, 0),
      CASE kind WHEN 'lost' THEN 'lost' WHEN 'cancelled' THEN 'cancel' ELSE 'itself' END,
      iif(kind = 'cancelled', at - 2000, NULL),
      CASE WHEN kind IN ('lost', 'in_doubt') THEN NULL WHEN kind IN ('failed', 'cancelled') THEN kind
        ELSE 'completed' END,
      CASE WHEN kind IN ('undeliverable', 'in_doubt') THEN 0
        WHEN kind IN ('lost', 'discarded') THEN 1
        WHEN kind = 'completed' THEN at < :until - ${DAY_MS}
        ELSE at < :until - 7 * ${DAY_MS} END,
      kind = 'discarded', at - 90000, at,
      CASE WHEN kind IN ('lost', 'in_doubt') THEN NULL ELSE json_object('status',
        iif(kind IN ('failed', 'cancelled'), kind, 'completed'),
        'output', json_object('files', json_array('output/response.md'), 'stdout', ${printed("n")}),
        'errorMessage', iif(kind = 'failed', 'The program ended with exit code 1.', NULL)) END
    FROM kinds`).run({ ...owner, tasks, until, step });
}

function insertFiles(db: DatabaseSync): void {
  db.exec(`INSERT INTO files (attempt_id, position, name, size, source, tried, file_id)
    SELECT id, 0, 'output/response.md', 1000, '{"kind":"workspace","path":"output/response.md"}', 1, task_id
    FROM attempts WHERE state IN ('delivered', 'undeliverable')`);
  db.exec(`INSERT INTO files (attempt_id, position, name, size, source, tried, left_out)
    SELECT id, 1, 'output/data.bin', 1000000000, '{"kind":"workspace","path":"output/data.bin"}', 1,
      json_object('zh', '文件太大', 'en', 'The Server takes no file of this size.')
    FROM attempts WHERE state = 'delivered' AND id % 50 = 17`);
}
