import type { Sighting } from "../executor/mod.ts";
import { schedulerText, textOf } from "../i18n/mod.ts";
import { backoff, sleep, within } from "../util/mod.ts";
import { collectOutputs } from "../workspace/mod.ts";
import { ABSENT, type AttemptRun } from "./attempt_run.ts";
import { accept, prepare } from "./begin_run.ts";
import { deliver } from "./deliver.ts";
import { fail, removeRun, stopQuietly, untilEnd } from "./end_run.ts";
import { nextStep, type Step } from "./next_step.ts";
import { cancelReport, runReport } from "./report.ts";

/** How long the end of a log is waited for once its container has ended. */
const LOG_END_MS = 30_000;
/** Failures of one step, with an engine that says it is well, before the task is given up. */
const MAX_FAILURES = 3;
const AFTER_WORSE_MS = 5_000;

/** Goes on until there is nothing left to do, or until the agent's shutdown. */
export async function runTask(run: AttemptRun): Promise<void> {
  try {
    for (let failures = 0;;) {
      const seen = run.row.state;
      run.attend();
      try {
        const sighting = await run.see();
        const step = nextStep(run.row, sighting);
        if (step === "rest") return;
        await STEPS[step](run, sighting);
        if (run.row.state !== seen) failures = 0;
      } catch (error) {
        if (run.shutdown.aborted) return;
        failures = await afterFailure(run, error, failures + 1).catch(async (worse) => {
          // Not even that could be written down: a full disk. The task waits for better times.
          run.parts.log.error(textOf(worse), { task: run.row.taskId });
          await sleep(AFTER_WORSE_MS, run.signal).catch(() => {});
          return failures + 1;
        });
      }
      if (run.shutdown.aborted) return;
    }
  } finally {
    run.freeSlot();
    run.settleAccepted(false);
    await run.removal;
  }
}

// The life of a task, a function a step, in order; before these come `accept` and `prepare`.

async function create(run: AttemptRun): Promise<void> {
  const runId = await run.parts.executor.create(run.attempt, run.signal);
  run.update({ state: "created", runId });
  run.saw({ state: "created", runId });
  run.tell(schedulerText.created);
}

async function start(run: AttemptRun, sighting: Sighting): Promise<void> {
  const runId = idOf(sighting);
  if (run.row.runId !== runId) run.update({ state: "created", runId });
  await run.parts.executor.start(runId, run.signal);
  const startedAt = Date.now();
  run.resetClock();
  run.update({ state: "running", startedAt });
  run.saw({ state: "running", runId, startedAt, paused: false });
  run.tell(schedulerText.running);
}

async function wait(run: AttemptRun, sighting: Sighting): Promise<void> {
  const runId = idOf(sighting);
  if (run.row.state !== "running" || run.row.runId !== runId) {
    const startedAt = "startedAt" in sighting ? sighting.startedAt : Date.now();
    run.update({ state: "running", runId, startedAt });
  }
  const followed = run.followLog(runId);
  if (run.resumed && !followed) run.tell(schedulerText.takenOver);
  const end = await untilEnd(run, runId);
  // Of a run that was lost, too: the next attempt's output has a log of its own to follow.
  await run.logEnd(LOG_END_MS);
  if (end.state !== "exited") return run.saw(ABSENT);
  const { exitCode, startedAt, finishedAt } = end;
  const problem = end.failedToStart
    ? schedulerText.cannotRun({ reason: end.failedToStart })
    : end.oomKilled && exitCode !== 0
    ? schedulerText.outOfMemory({ exitCode })
    : null;
  run.update({
    state: "exited",
    exitCode,
    startedAt,
    endedAt: Math.max(finishedAt, startedAt),
    endedBy: run.row.endedBy ?? "itself",
    problem,
  });
  run.tell(schedulerText.exited, { exitCode });
}

async function collect(run: AttemptRun): Promise<void> {
  const { config, executor, journal, lang } = run.parts;
  const { runId } = run.row;
  const collection = await collectOutputs({
    dir: run.attempt.workspace,
    mounts: config.paths.mounts.map((mount) => mount.container),
    limits: config.outputs,
    archive: runId !== null ? (path, signal) => executor.archive(runId, path, signal) : undefined,
    spill: run.spill,
    signal: run.signal,
  });
  const row = { ...run.row, endedBy: run.row.endedBy ?? "lost" as const };
  const tails = await executor.tails(run.attempt);
  const report = runReport({ row, tails, collection }, config, lang);
  const files = collection.files.map((file) => ({ ...file, source: file }));
  run.row = journal.collect(run.row.id, files, {
    state: "collected",
    endedBy: row.endedBy,
    report,
  });
  run.tell(schedulerText.collected, { files: collection.files.length });
  run.freeSlot();
  removeRun(run);
}

function renew(run: AttemptRun): Promise<void> {
  run.row = run.parts.journal.renew(run.row, run.row.folder);
  run.saw(undefined);
  run.resetClock();
  run.tell(schedulerText.runAgain);
  return Promise.resolve();
}

/** The end of a cancelled task: its container is stopped, nothing is uploaded. */
async function abandon(run: AttemptRun): Promise<void> {
  const { executor, journal, lang } = run.parts;
  const ran = run.row.startedAt !== null;
  const byOwner = run.row.endedBy === "cancel";
  await stopQuietly(run);
  const tails = ran
    ? await within(1_000, () => executor.tails(run.attempt)).catch(() => undefined)
    : undefined;
  run.row = journal.collect(run.row.id, [], {
    state: "collected",
    endedBy: run.row.endedBy ?? "cancel",
    report: cancelReport(tails?.stdout ?? "", byOwner ? schedulerText.stoppedByOwner[lang] : null),
  });
  run.tell(schedulerText.cancelled);
  run.freeSlot();
  removeRun(run);
}

const STEPS: Record<
  Exclude<Step, "rest">,
  (run: AttemptRun, sighting: Sighting) => Promise<void>
> = {
  accept,
  prepare,
  create,
  start,
  wait,
  collect,
  renew,
  abandon,
  deliver,
};

/** The id of the run that is seen: after a lost answer the row does not have it yet. */
function idOf(sighting: Sighting): string {
  if (sighting.state === "absent") throw new Error("a step of a run without a run");
  return sighting.runId;
}

/** Decides what a failed step means, waits, and returns how many failures count from here. */
async function afterFailure(run: AttemptRun, error: unknown, failures: number): Promise<number> {
  run.saw(undefined);
  if (run.row.cancelledAt !== null && run.row.report?.status !== "cancelled") return failures;
  if (error === "cancel" || error === "disk") return 0;
  const reason = textOf(error);
  const step = run.row.state;
  run.parts.log.warn(schedulerText.stepAgain({ step, reason }), { task: run.row.taskId });
  const obstacle = await run.parts.executor.obstacle(run.shutdown);
  const delivering = step === "collected" || step === "reporting" || step === "accepting";
  if (!obstacle && !delivering && failures >= MAX_FAILURES) {
    const why = step === "exited"
      ? schedulerText.cannotCollect
      : step === "accepted"
      ? schedulerText.cannotPrepare
      : schedulerText.cannotRun;
    await fail(run, why({ reason }));
    return 0;
  }
  const counted = obstacle ? failures - 1 : failures;
  await sleep(backoff(failures, { maxMs: 15_000 }), run.signal).catch(() => {});
  return counted;
}
