import { taskPaths } from "../../data_folder/mod.ts";
import { statusText, tasksText, type Text, verbatim } from "../../i18n/mod.ts";
import { type AttemptSummary, ENDED, type Ending, type Journal } from "../../journal/mod.ts";
import type { App } from "../app.ts";
import { dataDirOf, type DataDirOption } from "../load.ts";
import { ago } from "../terminal/ago.ts";
import { table } from "../terminal/table.ts";
import { openIfThere } from "./find_task.ts";

/** The options of `tasks`. */
export interface TasksOptions extends DataDirOption {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Ended tasks that are listed without `--all`. */
const RECENT = 20;
/** Attempts that `--all` lists at most. */
const MOST = 10_000;

/** A failure by what ended the task, where that says more than the exit code. */
const FAILED_BY: Readonly<Partial<Record<Ending, Text>>> = {
  orphaned: tasksText.orphaned,
  timeout: tasksText.timedOut,
  disk: tasksText.stoppedForDisk,
  lost: tasksText.lost,
  refused: tasksText.notRun,
  cancel: tasksText.cancelled,
};

/** Lists what ran here: how it ended, how long it took, and whether the Server has it. */
export async function listTasks(app: App, options: TasksOptions): Promise<void> {
  const dataDir = await dataDirOf(app, options);
  using journal = await openIfThere(dataDir);
  const unsettledRows = journal?.history.unsettled() ?? [];
  const rows = journal ? choose(journal, unsettledRows, options.all ?? false) : [];
  if (options.json) return printJson(app, rows.map((row) => () => asJson(journal!, row, dataDir)));
  if (!journal || rows.length === 0) return app.print(tasksText.none);
  const unsettled = new Set(unsettledRows.map((row) => row.id));
  const lines = table([
    [tasksText.columnTask, tasksText.columnState, tasksText.columnResult].map(app.t)
      .concat(app.t(tasksText.columnTaken), app.t(tasksText.columnTime)),
    ...rows.map((row) => [
      row.taskId,
      app.t(stateOf(row, unsettled.has(row.id))),
      app.t(resultOf(row)),
      localTime(row.createdAt),
      app.t(timeOf(row)),
    ]),
  ]);
  for (const line of lines) app.print(line);
  const inDoubt = rows.filter((row) => row.state === "in_doubt");
  if (inDoubt.length > 0) {
    app.print("");
    app.print(tasksText.inDoubt({ count: inDoubt.length, taskId: inDoubt[0].taskId }));
  }
  const [first] = rows.filter((row) => unsettled.has(row.id));
  if (!first) return;
  app.print("");
  app.print(tasksText.undeliverable({ count: unsettled.size, taskId: first.taskId }));
}

/** What is under way and what needs somebody, then the newest of the rest; newest first. */
function choose(
  journal: Journal,
  unsettled: readonly AttemptSummary[],
  all: boolean,
): AttemptSummary[] {
  if (all) return journal.history.recent(MOST);
  const chosen = [
    ...journal.listOpen(),
    ...unsettled,
    ...journal.history.inDoubt(),
    ...journal.history.recentEnded(RECENT),
  ];
  const once = new Map(chosen.map((row) => [row.id, row]));
  return [...once.values()].sort((a, b) => b.id - a.id);
}

function stateOf(row: AttemptSummary, unsettled: boolean): Text {
  if (row.discarded) return tasksText.discarded;
  if (unsettled && row.state === "delivered") return tasksText.partlyDelivered;
  const cancelling = row.cancelledAt !== null && row.reportStatus === null;
  if (cancelling && !ENDED.includes(row.state)) return tasksText.cancelling;
  return statusText.stateNames[row.state] ?? verbatim(row.state);
}

/** How it ended, in a few words. */
function resultOf(row: AttemptSummary): Text {
  if (row.state === "lost" && row.endedBy === "elsewhere") return tasksText.endedElsewhere;
  if (row.state === "lost" && row.endedBy !== "orphaned") return tasksText.ranAgain;
  switch (row.reportStatus) {
    case null:
      return verbatim("-");
    case "completed":
      return tasksText.completed;
    case "cancelled":
      return tasksText.cancelled;
  }
  const why = row.endedBy === null ? undefined : FAILED_BY[row.endedBy];
  if (why) return why;
  return row.exitCode === null
    ? tasksText.failed
    : tasksText.failedWithCode({ code: row.exitCode });
}

/** How long its container ran, or has been running. */
function timeOf({ startedAt, endedAt, state }: AttemptSummary): Text {
  if (startedAt === null) return verbatim("-");
  if (endedAt !== null) return ago(endedAt - startedAt);
  return state === "running" ? ago(Date.now() - startedAt) : verbatim("-");
}

/** `2026-03-01 08:15:00`, in this machine's own time. */
function localTime(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** Prints a list as JSON one by one: each may have a long error message, and there can be many. */
function printJson(app: App, list: readonly (() => unknown)[]): void {
  if (list.length === 0) return app.print("[]");
  app.print("[");
  for (const [at, item] of list.entries()) {
    const lines = JSON.stringify(item(), null, 2).replaceAll(/^/gm, "  ");
    app.print(at < list.length - 1 ? `${lines},` : lines);
  }
  app.print("]");
}

function asJson(journal: Journal, row: AttemptSummary, dataDir: string) {
  const iso = (time: number | null) => time === null ? null : new Date(time).toISOString();
  const { workspace, log } = taskPaths(dataDir, row.folder);
  return {
    task_id: row.taskId,
    attempt: row.attempt,
    state: row.state,
    status: row.reportStatus,
    ended_by: row.endedBy,
    exit_code: row.exitCode,
    error_message: journal.history.report(row.id)?.errorMessage ?? null,
    cancelled: row.cancelledAt !== null,
    discarded: row.discarded,
    created_at: iso(row.createdAt),
    started_at: iso(row.startedAt),
    ended_at: iso(row.endedAt),
    updated_at: iso(row.updatedAt),
    server_url: row.baseUrl,
    service_id: row.serviceId,
    run_id: row.runId,
    files: journal.files(row.id).map((file) => ({
      name: file.name,
      size: file.size,
      file_id: file.fileId,
      refused: file.leftOut?.en ?? null,
    })),
    workspace: row.cleaned ? null : workspace,
    log: row.cleaned ? null : log,
  };
}
