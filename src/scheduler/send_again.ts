import { schedulerText, textOf } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import { lastBeat } from "./contact.ts";
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

/**
 * Makes what tells the Server once more how the tasks of the last day ended, to be called after each
 * silence. One that was set back to a backup while nobody could hear it has them as running, and nothing else
 * would ever end them there. One that was not refuses each as ended already: that is an answer, too. The
 * first call, after the agent's start, does so only if it has had no answer for as long as a silence.
 */
export function againSender(options: SendAgainOptions): () => Promise<void> {
  const { deps: { journal, log, clock }, signal } = options;
  const lastSeen = lastBeat(journal) ?? -Infinity;
  let isWanted = false;
  let isUnderWay = false;
  let isFirst = true;
  return async () => {
    isWanted = !isFirst || clock.wall() - lastSeen >= SILENCE_MS;
    isFirst = false;
    if (isUnderWay) return;
    isUnderWay = true;
    while (isWanted && !signal.aborted) {
      isWanted = false;
      await sendAgain(options).catch((error) => {
        if (!signal.aborted) log.warn(textOf(error));
      });
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
