import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";

import { type Journal, openJournal } from "../src/journal/mod.ts";
import { shrinkJournal } from "../src/scheduler/shrink_journal.ts";
import { SYSTEM_CLOCK } from "../src/util/mod.ts";
import { inHouse } from "../tests/scheduler/house.ts";
import { compiledProgram } from "./compiled_program.ts";
import { figure, median, seconds } from "./figures.ts";

const never = new AbortController().signal;
/** How long ago it all was: longer than any history. */
const LONG_AGO = 1_000;

/** What grows with the tasks of months and years: the journal, the listing, the janitor's round. */
export async function scale(): Promise<void> {
  await journalSize(20_000);
  await listing(1_000_000);
  await janitorRound(5_000);
}

/** The size of a journal before and after its tasks were cleaned up, and after their history. */
async function journalSize(tasks: number): Promise<void> {
  await inFolder(async (path) => {
    fill(path, tasks, "p".repeat(500));
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

/** `agent-core tasks`, with a few tasks and with very many. */
async function listing(tasks: number): Promise<void> {
  await using folder = await compiledProgram();
  const time = async (count: number) => {
    const dataDir = join(folder.path, String(count));
    await Deno.mkdir(dataDir);
    fill(join(dataDir, "agent.db"), count, "");
    const times: number[] = [];
    for (let n = 0; n < 10; n++) {
      const args = ["tasks", "--data-dir", dataDir];
      const command = new Deno.Command(folder.program, { args, cwd: folder.path, stdout: "null" });
      times.push(await seconds(() => command.output()));
    }
    return median(times);
  };
  const [few, many] = [await time(20), await time(tasks)];
  figure(`seconds of \`tasks\` with ${tasks}`, many.toFixed(2), "< 0.3", many < 0.3);
  const ratio = many / few;
  figure("of what it takes with 20", ratio.toFixed(2), "< 1.5", ratio < 1.5);
}

/** The janitor's round when so many tasks have their files still, and when a tenth of them has. */
async function janitorRound(tasks: number): Promise<void> {
  const time = async (count: number) => {
    let taken = 0;
    await inHouse(1e12, async ({ janitor, deliver, write }) => {
      for (let n = 0; n < count; n++) {
        deliver(`t${n}`);
        await write(`workspaces/t${n}/output/a`, 100);
        await write(`logs/t${n}.log`, 100);
      }
      taken = await seconds(() => janitor.tidy(new Map(), never));
    });
    return taken;
  };
  const [few, many] = [await time(tasks / 10), await time(tasks)];
  console.log(`      a round with ${tasks} kept tasks: ${many.toFixed(2)} s`);
  const ratio = many / few;
  figure("of a round with a tenth of them", ratio.toFixed(1), "< 20", ratio < 20);
}

/** Writes so many delivered tasks into a new journal; those without a prompt have been cleaned up. */
function fill(path: string, tasks: number, prompt: string): void {
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
      ?3, ?2, ?2
    FROM ids`).run(tasks, LONG_AGO, prompt ? 0 : 1);
  db.prepare(
    "INSERT INTO tasks SELECT id, json_object('id', task_id, 'task_prompt', ?) FROM attempts WHERE cleaned = 0",
  ).run(prompt);
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
