import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";

import { Journal, openJournal } from "../src/journal/mod.ts";
import { shrinkJournal } from "../src/scheduler/shrink_journal.ts";
import { SYSTEM_CLOCK } from "../src/util/mod.ts";
import { OWNER } from "../tests/journal/in_folder.ts";
import { figure } from "./figures.ts";

const never = new AbortController().signal;
/** How long ago it all was: longer than any history. */
const LONG_AGO = 1_000;
const DAY_MS = 86_400_000;

/** The size of a journal before and after its tasks were cleaned up, and after their history. */
export async function shrinking(tasks: number): Promise<void> {
  await inFolder(async (path) => {
    fill(path, tasks);
    using journal = openJournal(path);
    const full = sizeOf(path);
    for (const { id } of journal.history.uncleaned()) journal.history.clean(id);
    await shrink(journal, 0);
    const cleaned = sizeOf(path) / full;
    await shrink(journal, 1);
    const forgotten = sizeOf(path) / full;
    console.log(`      ${(full / 1e6).toFixed(0)} MB with ${tasks} tasks`);
    figure("journal after cleaning", percent(cleaned), "< 60 %", cleaned < 0.6);
    figure("journal after its history", percent(forgotten), "< 2 %", forgotten < 0.02);
  });
}

/** A life of an agent in which the same happens every day. */
interface Life {
  readonly daily: number;
  readonly historyDays: number;
  readonly days: number;
}

/**
 * The size of a journal once it holds its whole history, and at most in all the days after that: every day
 * tasks end and are cleaned up, and those of before the history are forgotten.
 */
export async function levellingOff({ daily, historyDays, days }: Life): Promise<void> {
  await inFolder(async (path) => {
    openJournal(path).close();
    let now = Date.now();
    const clock = { ...SYSTEM_CLOCK, wall: () => now };
    const db = new DatabaseSync(path);
    // What is synced, and when, is nothing to the size.
    db.exec("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON");
    using journal = new Journal(db, { clock });
    const sizes: number[] = [];
    for (let day = 0; day < days; day++) {
      for (let n = 0; n < daily; n++) {
        journal.history.clean(oneTask(journal, n));
        now += DAY_MS / daily;
      }
      await shrinkJournal(journal, { historyDays, clock, signal: never });
      sizes.push(sizeOf(path));
    }
    const [full, ...later] = sizes.slice(historyDays);
    const ratio = Math.max(...later) / full;
    console.log(`      ${(full / 1e6).toFixed(1)} MB with ${historyDays} days of ${daily} tasks`);
    const what = `journal at most, of that, in the ${later.length} days after`;
    figure(what, ratio.toFixed(3), "< 1.1", ratio < 1.1);
  });
}

/** The life of a task, as the journal sees it. @returns its row */
function oneTask(journal: Journal, n: number): number {
  const taskId = crypto.randomUUID();
  const words = (times: number) => "A line that a program has printed on its way.\n".repeat(times);
  const { id } = journal.add(OWNER, {
    taskId,
    attempt: 1,
    state: "accepting",
    task: { id: taskId, task_prompt: words(n % 11) },
    folder: taskId,
  });
  journal.update(id, { state: "created", runId: "c".repeat(64) });
  journal.update(id, { state: "running", startedAt: n });
  const output = { files: ["output/response.md"], stdout: words(n % 50 === 0 ? 300 : n % 17) };
  journal.collect(id, [{ name: "output/response.md", size: 1_000, source: null }], {
    state: "collected",
    report: { status: "completed", output, errorMessage: null },
  });
  journal.updateFile(id, 0, { tried: true, fileId: taskId });
  journal.update(id, { state: "delivered", runRemoved: true });
  return id;
}

/** Writes so many delivered tasks into a new journal, with prompts of 500 characters. */
function fill(path: string, tasks: number): void {
  openJournal(path).close();
  const db = new DatabaseSync(path);
  db.exec("PRAGMA synchronous = OFF");
  db.prepare(`
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?),
    ids (n, id) AS (SELECT n, printf('%08x-0000-4000-8000-%012x', n * 7919 % 4294967291, n) FROM n)
    INSERT INTO attempts (base_url, service_id, task_id, attempt, state, folder, started_at, ended_at,
      exit_code, ended_by, run_id, run_removed, report_status, report, cleaned, created_at, updated_at)
    SELECT 'https://aaas.lab.example', 'svc_0123456789abcdef', id, 1, 'delivered', id, ?2, ?2, 0,
      'itself', printf('%064x', n), 1, 'completed',
      '{"status":"completed","output":{"files":["output/response.md"]},"errorMessage":null}',
      0, ?2, ?2
    FROM ids`).run(tasks, LONG_AGO);
  db.prepare(
    "INSERT INTO tasks SELECT id, json_object('id', task_id, 'task_prompt', ?) FROM attempts",
  ).run("p".repeat(500));
  db.exec(`INSERT INTO files (attempt_id, position, name, size, source, file_id)
    SELECT id, 0, 'output/response.md', 1000, 'null', task_id FROM attempts`);
  db.close();
}

/** As many rounds as there is something to do. */
async function shrink(journal: Journal, historyDays: number): Promise<void> {
  const rows = () => journal.history.recent(1).length;
  do await shrinkJournal(journal, { historyDays, clock: SYSTEM_CLOCK, signal: never }); while (
    historyDays > 0 && rows() > 0
  );
}

/** Bytes of a journal, once its log is carried over. */
function sizeOf(path: string): number {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return Deno.statSync(path).size;
}

async function inFolder(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-bench-" });
  await body(join(folder, "agent.db")).finally(() => Deno.remove(folder, { recursive: true }));
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
