import { type RunStatus, StartRefused } from "../executor/mod.ts";
import { schedulerText, type Text, textOf } from "../i18n/mod.ts";
import { type AttemptRow, STATES } from "../journal/mod.ts";
import { backoff, sleep, within } from "../util/mod.ts";
import { collectOutputs, DiskFull, freeSpace, MachineTrouble } from "../workspace/mod.ts";
import { ABSENT, type AttemptRun } from "./attempt_run.ts";
import { accept, prepare } from "./begin_run.ts";
import { deliver } from "./deliver.ts";
import { dropEnded, fail, removeRun, stopQuietly, untilEnd } from "./end_run.ts";
import { isStarting, nextStep, type Step } from "./next_step.ts";
import { cancelReport, runReport } from "./report.ts";

/**
 * How long the end of a log is waited for once its container has ended, milliseconds: a call to the engine
 * that hangs is given up after 60 s, and what follows it may be slow.
 */
const LOG_END_MS = 180_000;
/** Failures of one step, with an engine that says it is well, before the task is given up. */
const MAX_FAILURES = 3;
/** How long a container that could not be started is waited for to be gone, milliseconds. */
const REMOVAL_MS = 10_000;
const AFTER_WORSE_MS = 5_000;
/** The longest wait between two tries of a step, milliseconds. */
const AGAIN_MS = 15_000;

/** What went wrong on the way to a state that was never reached before. */
interface Failures {
  /** Those that nothing but the task explains. */
  counted: number;
  /** All of them, for the wait. */
  inARow: number;
  /** The last reason that the log has. */
  said?: string;
}

/** Goes on until there is nothing left to do, or until the agent's shutdown. */
export async function runTask(run: AttemptRun): Promise<void> {
  let failures: Failures = { counted: 0, inARow: 0 };
  let furthest = { id: run.row.id, state: STATES.indexOf(run.row.state) };
  try {
    for (let idle = 0; !run.shutdown.aborted;) {
      const { row } = run;
      const began = run.clock.now();
      run.attend();
      try {
        const status = await run.see();
        const step = nextStep(run.row, status);
        if (step === "rest") return;
        if (isStarting(step) && await run.hasEnded()) return dropEnded(run, status);
        await STEPS[step](run, status);
        // A step that has changed nothing would do so again at once.
        idle = isSame(run.row, row) ? idle + 1 : 0;
        if (idle > 1) await sleep(backoff(idle, { baseMs: 100, maxMs: AGAIN_MS }), run.signal);
      } catch (error) {
        if (run.shutdown.aborted) return;
        await afterFailure(run, error, failures, began).catch(async (worse) => {
          // Not even that could be written down: a full disk. The task waits for better times.
          run.parts.log.error(textOf(worse), { task: run.row.taskId });
          await sleep(AFTER_WORSE_MS, run.signal).catch(() => {});
        });
      }
      const state = STATES.indexOf(run.row.state);
      if (run.row.id === furthest.id && state <= furthest.state) continue;
      furthest = { id: run.row.id, state };
      failures = { counted: 0, inARow: 0 };
      run.obstacle = undefined;
    }
  } finally {
    run.obstacle = undefined;
    run.freeSlot();
    run.settleAccepted(false);
    await run.removal;
  }
}

function isSame(a: AttemptRow, b: AttemptRow): boolean {
  return a.id === b.id && a.state === b.state && a.runId === b.runId && a.endedBy === b.endedBy &&
    a.cancelledAt === b.cancelledAt;
}

// The life of a task, a function a step, in order; before these come `accept` and `prepare`.

async function create(run: AttemptRun): Promise<void> {
  const runId = await run.parts.executor.create(run.attempt, run.signal);
  run.update({ state: "created", runId });
  run.saw({ state: "created", runId });
  run.tell(schedulerText.created);
}

async function start(run: AttemptRun, status: RunStatus): Promise<void> {
  const runId = idOf(status);
  if (run.row.runId !== runId) run.update({ state: "created", runId });
  await run.parts.executor.start(runId, run.signal).catch(async (error) => {
    if (error instanceof StartRefused) await startOver(run, runId);
    throw error;
  });
  const startedAt = Date.now();
  run.resetClock();
  run.update({ state: "running", startedAt });
  run.saw({ state: "running", runId, startedAt, paused: false });
  run.tell(schedulerText.running);
}

/** A container that was refused is made anew: it may hold on to a network that there is no more. */
async function startOver(run: AttemptRun, runId: string): Promise<void> {
  // Written first: a container that is missing in a later state would count as lost.
  run.update({ state: "prepared", runId: null });
  await within(REMOVAL_MS, (signal) => run.parts.executor.remove(runId, signal)).catch(() => {});
}

async function wait(run: AttemptRun, status: RunStatus): Promise<void> {
  const runId = idOf(status);
  if (run.row.state !== "running" || run.row.runId !== runId) {
    const startedAt = "startedAt" in status ? status.startedAt : Date.now();
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
    : end.isDoubtful
    ? schedulerText.doubtfulEnd({ exitCode })
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
  const { config, executor, journal, lang, log } = run.parts;
  const { runId } = run.row;
  const collection = await collectOutputs({
    dir: run.attempt.workspace,
    mounts: config.paths.mounts.map((mount) => mount.container),
    limits: config.outputs,
    archive: runId !== null && !run.withoutArchive
      ? (path, signal) => executor.archive(runId, path, signal)
      : undefined,
    spill: run.spill,
    leaveOutUnread: run.isTroubleOver,
    signal: run.signal,
  });
  const row = { ...run.row, endedBy: run.row.endedBy ?? "lost" as const };
  const tails = await executor.tails(run.attempt);
  const report = runReport({ row, tails, collection }, config, lang);
  const files = collection.files.map((file) => ({ ...file, source: file }));
  const unread = collection.unread.map(({ name, reason }) => (
    { name, size: 0, source: null, unread: reason }
  ));
  run.row = journal.collect(run.row.id, [...files, ...unread], {
    state: "collected",
    endedBy: row.endedBy,
    report,
    troubleMs: 0,
  });
  for (const { name, unread: reason } of unread) log.warn(reason, { task: row.taskId, file: name });
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
  (run: AttemptRun, status: RunStatus) => Promise<void>
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
function idOf(status: RunStatus): string {
  if (status.state === "absent") throw new Error("a step of a run without a run");
  return status.runId;
}

/**
 * Decides what a failed step means, and waits. What the machine is to blame for never counts against the
 * task: it waits in its slot until that has passed, and can be cancelled meanwhile. Where its files are
 * at stake, the time of that is kept, as it ends at some time.
 */
async function afterFailure(
  run: AttemptRun,
  error: unknown,
  failures: Failures,
  began: number,
): Promise<void> {
  run.saw(undefined);
  if (run.row.cancelledAt !== null && run.row.report?.status !== "cancelled") return;
  if (error === "cancel" || error === "disk") return;
  const { log } = run.parts;
  const reason = textOf(error);
  const step = run.row.state;
  failures.inARow++;
  if (failures.said !== reason.en) {
    log.warn(schedulerText.stepAgain({ step, reason }), { task: run.row.taskId });
  }
  failures.said = reason.en;
  const obstacle = await obstacleFor(run, error);
  const delivering = step === "collected" || step === "reporting" || step === "accepting";
  run.obstacle = delivering ? undefined : obstacle;
  if (!obstacle && !delivering && ++failures.counted >= MAX_FAILURES) {
    failures.counted = 0;
    if (step !== "exited") {
      const why = step === "accepted" ? schedulerText.cannotPrepare : schedulerText.cannotRun;
      return await fail(run, why({ reason }));
    }
    if (run.withoutArchive) return await fail(run, schedulerText.cannotCollect({ reason }));
    // Better what can be read without the engine than nothing.
    run.withoutArchive = true;
  }
  const { clock } = run;
  const collecting = step === "exited";
  const wait = backoff(failures.inARow, { maxMs: AGAIN_MS });
  // To collect can be long work for the disk: no more than half of the time.
  const took = collecting ? clock.now() - began : 0;
  await clock.sleep(Math.max(wait, took), run.signal).catch(() => {});
  if (!collecting || !(error instanceof MachineTrouble)) return;
  run.addTrouble(clock.now() - began);
}

/** What of this machine explains a failure; undefined where nothing does. */
async function obstacleFor(run: AttemptRun, error: unknown): Promise<Text | undefined> {
  const { config: { disk, paths }, executor } = run.parts;
  // Inputs that find no room, though there is enough without them, are too large by themselves.
  const byItself = error instanceof DiskFull && run.row.state === "accepted" &&
    await freeSpace(paths.dataDir) >= disk.minFree;
  if (error instanceof MachineTrouble && !byItself) return error.text;
  return await executor.obstacle(run.shutdown);
}
