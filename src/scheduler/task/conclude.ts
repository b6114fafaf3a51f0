import type { RunStatus } from "../../executor/mod.ts";
import { schedulerText, type Text, textOf } from "../../i18n/mod.ts";
import type { AttemptChange, CollectedFile } from "../../journal/mod.ts";
import { within } from "../../util/mod.ts";
import type { Attempt } from "./attempt.ts";
import { ABSENT, GRACE_SECS } from "./container.ts";
import { needsStatus } from "./next_step.ts";

/** A cancel is reported at the latest 15 s after it was seen; this is left for stopping. */
const CANCEL_STOP_MS = 12_500;

/** What an attempt has come to. */
export interface Conclusion {
  /** Those to be sent, and those that could not be read. @default {none} */
  readonly files?: readonly CollectedFile[];
  readonly change: Omit<AttemptChange, "state">;
  readonly news: Text;
  readonly fields?: Record<string, number>;
}

/** What an attempt has come to is safe: its slot is free, its container may go, the rest is delivery. */
export function conclude(attempt: Attempt, { files = [], change, news, fields }: Conclusion): void {
  attempt.collected(files, change);
  attempt.tell(news, fields);
  release(attempt);
}

/** Leaves a task that the Server has ended meanwhile as it is: nothing of it is run any more. */
export function dropEnded(attempt: Attempt, status: RunStatus): void {
  const runId = status.state === "absent" ? attempt.row.runId : status.runId;
  attempt.update({ state: "lost", endedBy: "elsewhere", runId });
  attempt.tell(schedulerText.endedElsewhere);
  release(attempt);
}

/** Nothing of it needs the engine any more. */
function release(attempt: Attempt): void {
  const { id, runId } = attempt.row;
  const { journal } = attempt.deps;
  attempt.slotFree.resolve();
  if (runId === null) return;
  attempt.container.remove(runId, () => journal.update(id, { runRemoved: true }));
}

/** Stops the container if there is one, within the time that a cancel has; the janitor does the rest. */
export async function stopQuietly(attempt: Attempt): Promise<void> {
  const { clock, executor, log } = attempt.deps;
  const stop = async (signal: AbortSignal) => {
    const status = needsStatus(attempt.row)
      ? await executor.status(attempt.forExecutor, signal)
      : ABSENT;
    if (status.state === "absent") return;
    const { runId } = status;
    if (attempt.row.runId !== runId) attempt.update({ runId });
    if (status.state === "running") await executor.stop(runId, GRACE_SECS, signal);
  };
  await within(CANCEL_STOP_MS, stop, { clock })
    .catch((error) => log.warn(textOf(error), { task: attempt.row.taskId }));
}
