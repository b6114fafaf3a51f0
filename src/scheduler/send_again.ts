import { schedulerText, textOf } from "../i18n/mod.ts";
import type { AttemptRow, Journal } from "../journal/mod.ts";
import { lastBeat, lastBeatThere } from "./contact.ts";
import type { HeldTasks } from "./held_tasks.ts";
import { SILENCE_MS } from "./heartbeat_loop.ts";
import type { Deps } from "./deps.ts";
import { wholeReport } from "./task/whole_report.ts";

/** A Server goes on from a backup of the last night: what was delivered since then. Milliseconds. */
const SINCE_MS = 24 * 3_600_000;
/** At most so many, the newest. */
const MOST = 1_000;
/** Between two of them, milliseconds: 40 of the 150 requests a minute, two for each. */
const PACE_MS = 3_000;

/** What {@linkcode againSender} needs. */
export interface SendAgainOptions {
  readonly deps: Deps;
  readonly isUnderWay: (taskId: string) => boolean;
  readonly held: HeldTasks;
  /** Lets a row go its way whose files have to be uploaded once more. */
  readonly go: (row: AttemptRow) => void;
  readonly signal: AbortSignal;
}

/** The fact that tells whether the tasks of the last day are still to be told again. */
const OWED = "owes_telling_again";

/**
 * Writes down that a silence is over, after which the tasks of the last day are to be told again. To be called
 * before the heartbeat that has ended it is written down: a process that dies then leaves that to the next.
 *
 * This machine's clock may have been set back meanwhile, so that it shows no silence: the Server's counts, too.
 *
 * @param at when the heartbeat was answered, milliseconds since 1970
 * @param serverAt the same by the Server's clock; undefined where it does not tell that
 */
export function noteSilence(journal: Journal, at: number, serverAt?: number): void {
  const here = at - (lastBeat(journal) ?? -Infinity);
  const there = (serverAt ?? -Infinity) - (lastBeatThere(journal) ?? -Infinity);
  if (here < 0 || here >= SILENCE_MS || there >= SILENCE_MS) noteOwed(journal, true);
}

function noteOwed(journal: Journal, isOwed: boolean): void {
  try {
    journal.setFact(OWED, isOwed ? "yes" : "no");
  } catch {
    // No contact fails for want of room on the disk.
  }
}

/**
 * Makes what tells the Server once more how the tasks of the last day ended, to be called after each
 * silence. One that was set back to a backup while nobody could hear it has them as running, and nothing else
 * would ever end them there. One that was not refuses each as ended already: that is an answer, too. The
 * first call, after the agent's start, does so only after a silence ({@linkcode noteSilence}), or where an
 * earlier process has not come to its end.
 */
export function againSender(options: SendAgainOptions): () => Promise<void> {
  const { deps: { journal, log }, signal } = options;
  let contacts = 0;
  let isUnderWay = false;
  return async () => {
    // One in the life of a process has ended a silence, be it one that the wall clock does not show.
    if (contacts++ > 0) noteOwed(journal, true);
    else if (journal.fact(OWED) !== "yes") return;
    if (isUnderWay) return;
    isUnderWay = true;
    for (let told = 0; told < contacts && !signal.aborted;) {
      told = contacts;
      try {
        await sendAgain(options);
        if (told === contacts) noteOwed(journal, false);
      } catch (error) {
        if (!signal.aborted) log.warn(textOf(error));
      }
    }
    isUnderWay = false;
  };
}

async function sendAgain(options: SendAgainOptions): Promise<void> {
  const { deps, held, isUnderWay, signal } = options;
  const { journal, owner, clock, server } = deps;
  for (const id of journal.deliveredSince(owner, clock.wall() - SINCE_MS, MOST)) {
    await clock.sleep(PACE_MS, signal);
    const row = journal.get(id);
    const { taskId } = row;
    if (row.state !== "delivered" || isUnderWay(taskId) || held.has(taskId)) continue;
    using _held = held.hold(taskId);
    const what = schedulerText.delivering({ taskId });
    await server.retrying(() => tellAgain(row, options), { signal, what });
  }
}

async function tellAgain(row: AttemptRow, { deps, go, signal }: SendAgainOptions): Promise<void> {
  const { journal, log, server } = deps;
  const { taskId } = row;
  const listed = await server.listFiles(taskId, signal);
  // Handed out before the backup that the Server has: nobody waits for it there.
  if (!listed) return;
  const there = new Set(listed.map((file) => file.id));
  const report = wholeReport(row, deps);
  const fileIds = report.fileIds.filter((id) => there.has(id));
  if (fileIds.length < report.fileIds.length && !row.cleaned) {
    // Should it have ended there all the same, it stays delivered.
    return go(journal.update(row.id, { state: "collected", completeUnanswered: true }));
  }
  if (await server.complete({ ...report, fileIds }, signal) === "done") {
    log.info(schedulerText.sentAgain, { task: taskId });
  }
}
