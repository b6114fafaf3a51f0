import { schedulerText, textOf } from "../i18n/mod.ts";
import { type AttemptRow, ENDED } from "../journal/mod.ts";
import { retrying } from "../server/mod.ts";
import type { AttemptRun } from "./attempt_run.ts";
import { noteAsked } from "./maybe_ended.ts";
import type { Parts } from "./parts.ts";
import { within } from "../util/mod.ts";

// Which tasks are this agent's is the Server's to say, and it may change its mind: here is what the
// agent does about tasks that it has already.

/**
 * After a silence the Server may have handed tasks back to its queue: each is asked for by its id. A
 * refusal changes nothing, its container or its result exists all the same.
 */
export async function takeBack(
  parts: Parts,
  runs: readonly AttemptRun[],
  signal: AbortSignal,
): Promise<void> {
  for (const run of runs) {
    const { state } = run.row;
    if (ENDED.includes(state) || run.isOrphaned) continue;
    try {
      if (run.maybeEnded) await askWhetherEnded(run);
      else if (state !== "accepting") await acceptAgain(run, signal);
    } catch (error) {
      if (signal.aborted) return;
      // The next contact, or the completion, asks again.
      parts.log.warn(textOf(error), { task: run.row.taskId });
    }
  }
}

/** Holds a task again that is under way here. @returns whether the Server had handed it back */
export async function acceptAgain(run: AttemptRun, signal: AbortSignal): Promise<boolean> {
  if (run.row.state === "accepting") return await within(1_000, () => run.accepted) ?? false;
  if (run.maybeEnded) return await within(1_000, () => askWhetherEnded(run)) ?? false;
  // It comes again when the Server has refused to have it reported.
  if (run.isOrphaned) return false;
  // A completion under way finds out by itself that the task was handed back.
  if (run.completing) return false;
  // Written first: a completion must not overtake the answer with files that the Server has lost.
  run.update({ filesUnsure: true });
  const asking = run.parts.server.accept(run.row.taskId, signal);
  const earlier = run.asking;
  run.asking = asking.then(() => earlier, () => earlier);
  if (await asking !== "accepted") return false;
  run.tell(schedulerText.takenBack);
  return true;
}

/**
 * Asks for a task that the Server has given away: a refusal says that it has ended. Not so after a lost
 * answer, which may have given it back.
 *
 * @returns whether it is held again
 */
function askWhetherEnded(run: AttemptRun): Promise<boolean> {
  return run.asksWhetherEnded ??= ask().finally(() => run.settleEnded(false));

  async function ask(): Promise<boolean> {
    const { journal, log, server } = run.parts;
    // A completion finds out by itself.
    if (run.completing) return false;
    noteAsked(journal, run.row.id);
    run.update({ filesUnsure: true });
    let unanswered = false;
    const asking = retrying(() => server.accept(run.row.taskId, run.shutdown), {
      signal: run.shutdown,
      what: schedulerText.accepting,
      log,
      connectivity: server.connectivity,
      onTrouble: (error) => unanswered ||= error.sent === "maybe",
    });
    run.asking = asking.then(() => {}, () => {});
    const answer = await asking;
    run.settleEnded(answer === "not_pending" && !unanswered);
    if (answer === "not_pending") return false;
    run.tell(schedulerText.takenBack);
    return true;
  }
}

/**
 * The Server hands out a task whose result it had: it was set back to an earlier time. The row is made
 * ready for sending what it lacks once more; undefined when the Server did not mean it.
 */
export async function takeDeliveredBack(
  { server, journal, log }: Parts,
  row: AttemptRow,
  signal: AbortSignal,
): Promise<AttemptRow | undefined> {
  if (await server.accept(row.taskId, signal) === "not_pending") return undefined;
  log.info(schedulerText.sentAgain, { task: row.taskId });
  return journal.update(row.id, {
    state: "collected",
    filesUnsure: true,
    completeUnanswered: false,
  });
}

/**
 * The newest attempt at a task that is handed out (again). With that, one in doubt is none any more: it
 * is forgotten.
 */
export function latestOf({ journal, owner }: Parts, taskId: string): AttemptRow | undefined {
  let row = journal.latest(owner, taskId);
  for (; row?.state === "in_doubt"; row = journal.latest(owner, taskId)) journal.forget(row.id);
  return row;
}

/**
 * A cancel of a task that is not under way here, be it unknown or ended: it hides all other tasks
 * until it is answered. When the answer fails, the next poll brings the same cancel again.
 */
export async function answerStrayCancel(
  parts: Parts,
  taskId: string,
  signal: AbortSignal,
): Promise<void> {
  const { server, log } = parts;
  await server.complete(
    { taskId, status: "cancelled", output: null, errorMessage: null, fileIds: [] },
    signal,
  );
  latestOf(parts, taskId);
  log.info(schedulerText.unknownCancelled, { task: taskId });
}
