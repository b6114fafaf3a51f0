import { schedulerText } from "../i18n/mod.ts";
import type { FileRow } from "../journal/mod.ts";
import { retrying, ServerError } from "../server/mod.ts";
import { backoff, sleep } from "../util/mod.ts";
import type { AttemptRun } from "./attempt_run.ts";
import { sendFiles } from "./send_files.ts";
import { wholeReport } from "./whole_report.ts";

/** The longest wait between two reports of a task that is handed back again and again, milliseconds. */
const AGAIN_MS = 30_000;

/**
 * Brings a collected result to the Server: each file that is not there yet, then the report. For as
 * long as it takes; what was done is written down, so that it can be gone on with at any time.
 */
export async function deliver(run: AttemptRun): Promise<void> {
  for (let turns = 1;; turns++) {
    const waiting = await missing(run);
    if (waiting.length > 0) {
      run.update({ state: "reporting" });
      await notePresent(run);
      await sendFiles(run, waiting);
    }
    if (await report(run)) return;
    // Whatever brings it round again, a Server that contradicts itself included: never without a wait.
    await sleep(backoff(turns, { baseMs: 100, maxMs: AGAIN_MS }), run.signal);
  }
}

/** The files that the Server still has to get. */
async function missing(run: AttemptRun): Promise<FileRow[]> {
  if (run.row.report?.status === "cancelled") {
    // It has no files, so there is nothing to be unsure of.
    if (run.row.filesUnsure) run.update({ filesUnsure: false });
    return [];
  }
  const { journal, server } = run.parts;
  const { id, taskId } = run.row;
  if (run.row.filesUnsure) {
    const listed = await keepTrying(run, () => server.listFiles(taskId, run.signal)) ?? [];
    const there = new Set(listed.map((file) => file.id));
    for (const { position, fileId } of journal.files(id)) {
      if (fileId !== null && !there.has(fileId)) journal.updateFile(id, position, { fileId: null });
    }
    run.update({ filesUnsure: false });
  }
  return journal.files(id).filter((file) => file.fileId === null && file.leftOut === null);
}

/** Notes which files the Server has before the first upload, to know its own by. */
async function notePresent(run: AttemptRun): Promise<void> {
  if (run.row.knownIds !== null) return;
  const { taskId } = run.row;
  const listed = await keepTrying(run, () => run.parts.server.listFiles(taskId, run.signal));
  run.update({ knownIds: (listed ?? []).map((file) => file.id) });
}

/**
 * Says how the task ended, by the rules for lost answers and for a 400.
 *
 * @returns false when the task had been handed back, and is this agent's again
 */
async function report(run: AttemptRun): Promise<boolean> {
  try {
    const { answer, unanswered } = await complete(run);
    if (answer === "done") return finish(run, "delivered");
    // Handed back to the queue, or ended: only asking for it tells the two apart.
    if (answer === "not_running" && run.isOrphaned) return finish(run, "lost");
    if (answer === "not_running") {
      const again = await keepTrying(
        run,
        () => run.parts.server.accept(run.row.taskId, run.signal),
      );
      if (again === "not_pending") return finish(run, unanswered ? "delivered" : "undeliverable");
      run.tell(schedulerText.takenBack);
      run.update({ completeUnanswered: unanswered, filesUnsure: true });
    }
    return false;
  } finally {
    run.completing = false;
  }
}

/**
 * Sends the report until there is an answer; `unanswered` says whether an earlier one may have got
 * through without one. Afterwards, too, nobody else may ask for the task: to what is asked next, the two
 * answers would look like a task that has ended.
 */
async function complete(run: AttemptRun) {
  return await keepTrying(run, async () => {
    await run.asking;
    const unanswered = run.row.completeUnanswered;
    // A task that was handed out again meanwhile may lack files: those come first.
    if (run.row.filesUnsure) return { answer: "files_unsure", unanswered } as const;
    run.completing = true;
    // Written first: a crash in the middle leaves a report that may have got through.
    run.update({ state: "reporting", completeUnanswered: true });
    try {
      return {
        answer: await run.parts.server.complete(wholeReport(run.row, run.parts), run.signal),
        unanswered,
      };
    } catch (error) {
      run.completing = false;
      const notSent = error instanceof ServerError && error.sent === "no";
      if (notSent && !unanswered) run.update({ completeUnanswered: false });
      throw error;
    }
  });
}

function finish(run: AttemptRun, state: "delivered" | "undeliverable" | "lost"): true {
  run.update({ state });
  run.tell(state === "lost" ? schedulerText.notRunningHere : schedulerText[state]);
  return true;
}

function keepTrying<T>(run: AttemptRun, attempt: () => Promise<T>): Promise<T> {
  const { server, log } = run.parts;
  return retrying(attempt, {
    signal: run.signal,
    what: schedulerText.delivering({ taskId: run.row.taskId }),
    log,
    connectivity: server.connectivity,
  });
}
