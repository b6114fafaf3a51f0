import { schedulerText, textOf } from "../../i18n/mod.ts";
import { type AttemptRow, ENDED } from "../../journal/mod.ts";
import { ServerError } from "../../server/mod.ts";
import { within } from "../../util/mod.ts";
import type { Deps } from "../deps.ts";
import { noteTaking } from "../contact.ts";
import { noteAsked } from "../maybe_ended.ts";
import type { Attempt } from "./attempt.ts";

// Which tasks are this agent's is the Server's to say, and it may change its mind: here is what the
// agent does about tasks that it has already.

/** How long a poll waits for what another question about the same task will bring, milliseconds. */
const OTHER_ANSWER_MS = 1_000;

/**
 * After a silence the Server may have handed tasks back to its queue: each is asked for by its id. A
 * refusal changes nothing, its container or its result exists all the same.
 */
export async function takeBack(
  log: Deps["log"],
  attempts: readonly Attempt[],
  signal: AbortSignal,
): Promise<void> {
  for (const attempt of attempts) {
    const { state, taskId } = attempt.row;
    if (ENDED.includes(state) || attempt.isOrphaned) continue;
    try {
      if (attempt.claim.mayHaveEnded) await askWhetherEnded(attempt);
      else if (state !== "accepting") await acceptAgain(attempt, signal);
    } catch (error) {
      if (signal.aborted) return;
      // The next contact, or the completion, asks again.
      log.warn(textOf(error), { task: taskId });
    }
  }
}

/** Holds a task again that is under way here. @returns whether the Server had handed it back */
export async function acceptAgain(attempt: Attempt, signal: AbortSignal): Promise<boolean> {
  const { claim, deps: { clock, journal, server }, row: { id, state, taskId } } = attempt;
  if (state === "accepting") {
    return await within(OTHER_ANSWER_MS, () => attempt.accepted.promise, { clock }) ?? false;
  }
  if (claim.mayHaveEnded) {
    return await within(OTHER_ANSWER_MS, () => askWhetherEnded(attempt), { clock }) ?? false;
  }
  // It comes again when the Server has refused to have it reported.
  if (attempt.isOrphaned) return false;
  // A completion under way finds out by itself that the task was handed back.
  if (claim.isReporting) return false;
  // Noted first: a completion must not overtake the answer with files that the Server has lost.
  attempt.doubtFiles();
  noteTaking(journal, id);
  if (await claim.ask(() => server.accept(taskId, signal)) !== "accepted") return false;
  attempt.tell(schedulerText.takenBack);
  return true;
}

/**
 * Asks for a task that the Server has given away: a refusal says that it has ended. Not so after a lost
 * answer, which may have given it back.
 *
 * @returns whether it is held again
 */
function askWhetherEnded(attempt: Attempt): Promise<boolean> {
  const { claim, shutdown: signal, deps: { journal, server }, row: { id, taskId } } = attempt;
  return claim.askOnce(async () => {
    // A completion finds out by itself.
    if (claim.isReporting) return false;
    noteAsked(journal, id);
    noteTaking(journal, id);
    attempt.doubtFiles();
    let unanswered = false;
    const answer = await claim.ask(() =>
      server.retrying(() => server.accept(taskId, signal), {
        signal,
        what: schedulerText.accepting,
        onTrouble: (error) => unanswered ||= error.sent === "maybe",
      })
    );
    claim.settle(answer === "not_pending" && !unanswered);
    if (answer === "not_pending") return false;
    attempt.tell(schedulerText.takenBack);
    return true;
  });
}

/**
 * The Server hands out a task whose result it had: it was set back to an earlier time. The row is made
 * ready for sending what it lacks once more.
 */
export async function takeDeliveredBack(
  { server, journal, log }: Deps,
  row: AttemptRow,
  signal: AbortSignal,
): Promise<AttemptRow> {
  const answer = await server.accept(row.taskId, signal).catch((error) => {
    if (!(error instanceof ServerError) || error.sent === "no") throw error;
  });
  log.info(schedulerText.sentAgain, { task: row.taskId });
  // After a lost answer, or a question that came twice on its way, it may be held again, and would not be
  // handed out any more: the report finds out. If it is not, it is as it was.
  const completeUnanswered = answer !== "accepted" && row.state === "delivered";
  return journal.update(row.id, { state: "collected", completeUnanswered });
}

/**
 * The newest attempt at a task that is handed out (again). With that, one in doubt is none any more: it
 * is forgotten.
 */
export function latestOf({ journal, owner }: Deps, taskId: string): AttemptRow | undefined {
  let row = journal.latest(owner, taskId);
  for (; row?.state === "in_doubt"; row = journal.latest(owner, taskId)) journal.forget(row.id);
  return row;
}

/**
 * A cancel of a task that is not under way here, be it unknown or ended: it hides all other tasks
 * until it is answered. When the answer fails, the next poll brings the same cancel again.
 */
export async function answerStrayCancel(
  deps: Deps,
  taskId: string,
  signal: AbortSignal,
): Promise<void> {
  const { server, log } = deps;
  await server.complete(
    { taskId, status: "cancelled", output: null, errorMessage: null, fileIds: [] },
    signal,
  );
  latestOf(deps, taskId);
  log.info(schedulerText.unknownCancelled, { task: taskId });
}
