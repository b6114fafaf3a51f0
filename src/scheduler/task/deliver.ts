import { schedulerText, type Text } from "../../i18n/mod.ts";
import type { FileRow } from "../../journal/mod.ts";
import { ServerError } from "../../server/mod.ts";
import { backoff } from "../../util/mod.ts";
import { MachineTrouble, openOutput, type OutputFile } from "../../workspace/mod.ts";
import type { Attempt } from "./attempt.ts";
import { wholeReport } from "./whole_report.ts";

/** The longest wait between two reports of a task that is handed back again and again, milliseconds. */
const AGAIN_MS = 30_000;

/**
 * Brings a collected result to the Server: each file that is not there yet, then the report. For as
 * long as it takes; what was done is written down, so that it can be gone on with at any time.
 */
export async function deliver(attempt: Attempt): Promise<void> {
  const { clock } = attempt.deps;
  let wasRefused = false;
  for (let turns = 1;; turns++) {
    await keepTrying(attempt, () => checkFiles(attempt));
    const files = missing(attempt);
    if (files.length > 0) {
      attempt.update({ state: "reporting" });
      await notePresent(attempt);
      await upload(attempt, files);
    }
    const outcome = await report(attempt, wasRefused);
    if (outcome === "over") return;
    wasRefused = outcome === "refused";
    // Whatever brings it round again, a Server that contradicts itself included: never without a wait.
    const ms = backoff(turns, { baseMs: 100, maxMs: AGAIN_MS, random: clock.random });
    await clock.sleep(ms, attempt.signal);
  }
}

/** The files of its result. A cancelled task has none. */
function filesOf({ deps: { journal }, row: { id, report } }: Attempt): FileRow[] {
  return report?.status === "cancelled" ? [] : journal.files(id);
}

/** The files that the Server still has to get. */
function missing(attempt: Attempt): FileRow[] {
  return filesOf(attempt).filter((file) => file.fileId === null && file.leftOut === null);
}

/**
 * Where the Server may have lost files that it had, asks it, and forgets their ids: it would take a report
 * with ids of files that it does not have.
 */
async function checkFiles(attempt: Attempt): Promise<void> {
  const { journal, server } = attempt.deps;
  const { outages } = server.connectivity;
  const stored = filesOf(attempt).filter((file) => file.fileId !== null);
  if (stored.length > 0 && attempt.areFilesUnsure) {
    const there = new Set(await listedIds(attempt));
    for (const { position, fileId } of stored) {
      if (!there.has(fileId!)) journal.updateFile(attempt.row.id, position, { fileId: null });
    }
  }
  attempt.seeFiles(outages);
}

/** Notes which files the Server has before the first upload, to know its own by. */
async function notePresent(attempt: Attempt): Promise<void> {
  if (attempt.row.knownIds !== null) return;
  attempt.update({ knownIds: await keepTrying(attempt, () => listedIds(attempt)) });
}

/** The ids of the files that the Server has of the task; none where it does not know the task. */
async function listedIds({ deps: { server }, row, signal }: Attempt): Promise<string[]> {
  return (await server.listFiles(row.taskId, signal) ?? []).map((file) => file.id);
}

/** Sends files, and writes down what became of each. */
async function upload(attempt: Attempt, rows: readonly FileRow[]): Promise<void> {
  const { uploader, journal } = attempt.deps;
  const { id, taskId, knownIds } = attempt.row;
  await uploader.deliver({
    taskId,
    order: id,
    files: rows.map((row) => ({ ...row, open: () => openFile(attempt, row) })),
    knownIds: [...knownIds ?? [], ...journal.files(id).flatMap(({ fileId }) => fileId ?? [])],
    signal: attempt.signal,
    onBegin({ position, tried }) {
      if (!tried) journal.updateFile(id, position, { tried: true });
    },
    onStored({ position, name, size }, fileId) {
      journal.updateFile(id, position, { fileId });
      attempt.tell(schedulerText.uploaded, { file: name, bytes: size });
    },
    onLeftOut: (file, reason) => leaveOut(attempt, file, { leftOut: reason }),
    onGivenUp(file, reason) {
      leaveOut(attempt, file, { leftOut: schedulerText.stayedUnread({ reason }), unread: true });
    },
    mayPass: (error) => error instanceof MachineTrouble,
    isTroubleOver: () => attempt.isTroubleOver,
    onTrouble: (ms) => attempt.addTrouble(ms),
  });
}

function leaveOut(
  { deps: { journal, log }, row: { id, taskId } }: Attempt,
  { position, name }: Pick<FileRow, "position" | "name">,
  change: { readonly leftOut: Text; readonly unread?: true },
): void {
  journal.updateFile(id, position, change);
  log.warn(change.leftOut, { task: taskId, file: name });
}

function openFile(attempt: Attempt, file: FileRow): Promise<ReadableStream<Uint8Array>> {
  const { workspace: dir, spill } = attempt.paths;
  return openOutput({ dir, spill, file: file.source as OutputFile });
}

/**
 * Says how the task ended, by the rules for lost answers and for a 400.
 *
 * @param wasRefused the last report was, and the task could not be had again
 * @returns "again": the task had been handed back, and is this agent's again, or may be
 */
async function report(
  attempt: Attempt,
  wasRefused: boolean,
): Promise<"over" | "refused" | "again"> {
  const { server } = attempt.deps;
  const { taskId } = attempt.row;
  try {
    const { answer, unanswered } = await complete(attempt);
    if (answer === "done") return finish(attempt, "delivered");
    // Handed back to the queue, or ended: only asking for it tells the two apart.
    if (answer === "not_running" && attempt.isOrphaned) return finish(attempt, "lost");
    if (answer === "not_running") {
      let mayBeHeld = false;
      const again = await keepTrying(
        attempt,
        () => server.accept(taskId, attempt.signal),
        (error) => mayBeHeld ||= error.sent === "maybe",
      );
      const isRefused = again === "not_pending" && !mayBeHeld;
      if (isRefused && wasRefused) {
        return finish(attempt, unanswered ? "delivered" : "undeliverable");
      }
      // A refusal after a lost answer, or of a question that came twice on its way, can mean that it is held
      // again: the next report finds out.
      if (again === "accepted") attempt.tell(schedulerText.takenBack);
      attempt.update({ completeUnanswered: unanswered });
      attempt.doubtFiles();
      if (isRefused) return "refused";
    }
    return "again";
  } finally {
    attempt.claim.endReport();
  }
}

/**
 * Sends the report until there is an answer; `unanswered` says whether an earlier one may have got
 * through without one. Afterwards, too, nobody else may ask for the task: to what is asked next, the two
 * answers would look like a task that has ended.
 */
async function complete(attempt: Attempt) {
  const { claim, deps: { server } } = attempt;
  return await keepTrying(attempt, async () => {
    await claim.beginReport();
    const unanswered = attempt.row.completeUnanswered;
    try {
      await checkFiles(attempt);
      if (missing(attempt).length > 0) return { answer: "files_missing", unanswered } as const;
      // Written first: a crash in the middle leaves a report that may have got through.
      attempt.update({ state: "reporting", completeUnanswered: true });
      const answer = await server.complete(wholeReport(attempt.row, attempt.deps), attempt.signal);
      return { answer, unanswered };
    } catch (error) {
      claim.endReport();
      const wasNotSent = error instanceof ServerError && error.sent === "no";
      if (wasNotSent && !unanswered) attempt.update({ completeUnanswered: false });
      throw error;
    }
  });
}

function finish(attempt: Attempt, state: "delivered" | "undeliverable" | "lost"): "over" {
  attempt.update({ state });
  attempt.tell(state === "lost" ? schedulerText.notRunningHere : schedulerText[state]);
  return "over";
}

function keepTrying<T>(
  { deps: { server }, row, signal }: Attempt,
  call: () => Promise<T>,
  onTrouble?: (error: ServerError) => void,
) {
  const what = schedulerText.delivering({ taskId: row.taskId });
  return server.retrying<T>(call, { signal, what, onTrouble });
}
