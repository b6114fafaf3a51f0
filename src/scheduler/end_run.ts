import type { RunStatus } from "../executor/mod.ts";
import { schedulerText, type Text, textOf } from "../i18n/mod.ts";
import { backoff, sleep, within } from "../util/mod.ts";
import { ABSENT, type AttemptRun } from "./attempt_run.ts";
import { needsLook } from "./next_step.ts";
import { SHUTDOWN } from "./parts.ts";
import { refusalReport } from "./report.ts";

/** Seconds between the polite end of a container and the hard one. */
const GRACE_SECS = 10;
/** A cancel is reported at the latest 15 s after it was seen; this is left for stopping. */
const CANCEL_STOP_MS = 12_500;
/** A removal may keep the end of a drain waiting for this long. */
const REMOVAL_MS = 30_000;

/** Waits for the end of the container, and brings it about when its time is over. */
export async function untilEnd(run: AttemptRun, runId: string) {
  const { config, executor } = run.parts;
  const ending = new AbortController();
  const ended = executor.wait(runId, AbortSignal.any([run.signal, ending.signal]));
  ended.catch(() => {});
  try {
    const limit = config.executor.timeoutMinutes * 60_000;
    if (run.row.endedBy === null && limit !== 0) {
      const signal = AbortSignal.any([run.signal, ending.signal]);
      const timer = run.untilElapsed(limit, run.row.startedAt ?? Date.now(), signal);
      timer.catch(() => {});
      const first = await Promise.race([ended, timer]);
      if (first) return first;
      run.update({ endedBy: "timeout" });
    }
    if (run.row.endedBy !== null) {
      await stopUntilDone(run, runId, AbortSignal.any([run.signal, ending.signal]));
    }
    return await ended;
  } finally {
    ending.abort(SHUTDOWN);
  }
}

/** An engine that is away for a moment must not let a run go on past its time. */
async function stopUntilDone(run: AttemptRun, runId: string, signal: AbortSignal): Promise<void> {
  for (let failures = 1;; failures++) {
    try {
      return await run.parts.executor.stop(runId, GRACE_SECS, signal);
    } catch (error) {
      signal.throwIfAborted();
      run.parts.log.warn(textOf(error), { task: run.row.taskId });
      await sleep(backoff(failures, { maxMs: 30_000 }), signal);
    }
  }
}

/** Stops the container if there is one, within the time that a cancel has; the janitor does the rest. */
export async function stopQuietly(run: AttemptRun): Promise<void> {
  const { executor } = run.parts;
  await within(CANCEL_STOP_MS, async (signal) => {
    const status = needsLook(run.row) ? await executor.status(run.attempt, signal) : ABSENT;
    if (status.state === "absent") return;
    if (run.row.runId !== status.runId) run.update({ runId: status.runId });
    if (status.state === "running") await executor.stop(status.runId, GRACE_SECS, signal);
  }).catch((error) => run.parts.log.warn(textOf(error), { task: run.row.taskId }));
}

/** Removes a run whose outputs are safe; what fails here is the janitor's. */
export function removeRun(run: AttemptRun): void {
  const { executor, journal } = run.parts;
  const { id, runId } = run.row;
  if (runId === null) return;
  run.removal = within(REMOVAL_MS, async (signal) => {
    await executor.remove(runId, signal);
    journal.update(id, { runRemoved: true });
  }).catch(() => {});
}

/** Leaves a task that the Server has ended meanwhile as it is: nothing of it is run any more. */
export function dropEnded(run: AttemptRun, status: RunStatus): void {
  const runId = status.state === "absent" ? run.row.runId : status.runId;
  run.update({ state: "lost", endedBy: "elsewhere", runId });
  run.tell(schedulerText.endedElsewhere);
  run.freeSlot();
  removeRun(run);
}

/** Gives a task up before its outputs were collected. */
export async function fail(run: AttemptRun, problem: Text): Promise<void> {
  await stopQuietly(run);
  const { journal, lang } = run.parts;
  run.row = journal.collect(run.row.id, [], {
    state: "collected",
    endedBy: "refused",
    problem,
    report: refusalReport(problem, lang),
  });
  run.tell(schedulerText.failed({ reason: problem }));
  run.freeSlot();
  removeRun(run);
}
