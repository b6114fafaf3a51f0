import { type RunStatus, StartRefused } from "../../executor/mod.ts";
import { schedulerText, type Text, textOf } from "../../i18n/mod.ts";
import { downloadRetried, parseTask, ServerError, type ServerTask } from "../../server/mod.ts";
import { within } from "../../util/mod.ts";
import { noteTaking } from "../contact.ts";
import { chooseGpus, hasItsGpus } from "../gpu_leases.ts";
import { createWorkspace, InputRefused, MachineTrouble, stageInputs } from "../../workspace/mod.ts";
import type { Attempt } from "./attempt.ts";
import { collect } from "./collect.ts";
import { conclude, dropEnded, stopQuietly } from "./conclude.ts";
import { ABSENT, runIdOf } from "./container.ts";
import { deliver } from "./deliver.ts";
import { isStarting, nextStep, type Step } from "./next_step.ts";
import { cancelReport, endProblem, refusalReport } from "./report.ts";
import { Setbacks } from "./setbacks.ts";

/** Bytes of the disk that no input may take, whatever the configuration says. */
const MIN_FREE_BYTES = 64 * 2 ** 20;
/** How long a container that could not be started is waited for to be gone, milliseconds. */
const START_OVER_MS = 10_000;
/** For the last words of a cancelled run, milliseconds. */
const TAILS_MS = 1_000;

/** Goes on until there is nothing left to do, or until the agent's shutdown. */
export async function runTask(attempt: Attempt): Promise<void> {
  const { clock } = attempt.deps;
  const setbacks = new Setbacks(attempt);
  try {
    while (!attempt.shutdown.aborted) {
      const { row } = attempt;
      const began = clock.now();
      attempt.attend();
      try {
        const status = await attempt.status();
        const step = nextStep(attempt.row, status);
        if (step === "rest") return;
        if (isStarting(step) && await attempt.claim.hasEnded(attempt.signal)) {
          return dropEnded(attempt, status);
        }
        await STEPS[step](attempt, status);
        await setbacks.restIfUnchanged(row);
      } catch (error) {
        if (attempt.shutdown.aborted) return;
        await setbacks.meet(error, began, (problem) => fail(attempt, problem));
      }
      setbacks.forgetAfterProgress();
    }
  } finally {
    attempt.obstacle = undefined;
    attempt.slotFree.resolve();
    attempt.accepted.resolve(false);
    await attempt.container.removed();
  }
}

const STEPS: Record<
  Exclude<Step, "rest">,
  (attempt: Attempt, status: RunStatus) => Promise<void>
> = { accept, prepare, create, start, wait, collect, renew, abandon, deliver };

/**
 * Makes the task this agent's own. One that the poll showed as pending and that is refused now is in
 * doubt: its user has cancelled it, another agent with this key has it, or something on the way has
 * sent the question twice. It is neither run nor reported; the agent's owner can say what it is.
 */
async function accept(attempt: Attempt): Promise<void> {
  const { server, journal, log } = attempt.deps;
  const { signal, row: { id, taskId } } = attempt;
  noteTaking(journal, id);
  // After a restart nobody knows whether the question was sent before.
  let unanswered = attempt.resumed;
  const answer = await server.retrying(() => server.accept(taskId, signal), {
    signal,
    what: schedulerText.accepting,
    onTrouble: (error) => unanswered ||= error.sent === "maybe",
  });
  if (answer === "not_pending" && !unanswered) {
    attempt.update({ state: "in_doubt" });
    log.warn(schedulerText.inDoubt({ taskId }), { task: taskId });
    return;
  }
  journal.inherit(attempt.row);
  attempt.update({ state: "accepted" });
  attempt.accepted.resolve(true);
  attempt.tell(schedulerText.accepted);
}

/** Fetches the task's inputs into a fresh workspace; a task that cannot be run fails here. */
async function prepare(attempt: Attempt): Promise<void> {
  let task: ServerTask;
  try {
    task = parseTask(attempt.row.task);
  } catch (error) {
    return await fail(attempt, schedulerText.cannotPrepare({ reason: textOf(error) }));
  }
  try {
    await fillWorkspace(attempt, task);
  } catch (error) {
    const isRefused = error instanceof ServerError && error.kind === "refused";
    if (!isRefused && !(error instanceof InputRefused)) throw error;
    return await fail(attempt, schedulerText.cannotPrepare({ reason: error.text }));
  }
  // Its program begins no earlier, whatever a clock that is set says later.
  attempt.update({ state: "prepared", startedUp: attempt.deps.clock.uptime() });
  attempt.know(attempt.row.attempt === 1 ? ABSENT : undefined);
  attempt.tell(schedulerText.prepared);
}

async function fillWorkspace(attempt: Attempt, task: ServerTask): Promise<void> {
  const { config: { disk, paths: { dataDir } }, server } = attempt.deps;
  const workspace = await createWorkspace({ dataDir, task, attempt: attempt.row.attempt });
  await stageInputs({
    workspace,
    // An input must not take the room below which running tasks are stopped.
    minFree: Math.max(MIN_FREE_BYTES, disk.criticalFree),
    signal: attempt.signal,
    download: async (file, sink, signal = attempt.signal) => {
      const open = async () => {
        await sink.restart();
        return (chunk: Uint8Array) => sink.write(chunk);
      };
      await downloadRetried({ server, file, open, signal });
    },
  });
}

async function create(attempt: Attempt): Promise<void> {
  if (!hasItsGpus(attempt.deps, attempt.row.gpus)) leaseLate(attempt);
  const runId = await attempt.deps.executor.create(attempt.forExecutor, attempt.signal);
  attempt.update({ state: "created", runId });
  attempt.know({ state: "created", runId });
  attempt.tell(schedulerText.created);
}

/** For a task that was accepted before GPUs were leased, or whose own are there no more. */
function leaseLate(attempt: Attempt): void {
  const gpus = chooseGpus(attempt.deps);
  if (gpus === undefined) throw new MachineTrouble(schedulerText.noGpuFree);
  if (gpus !== null) attempt.update({ gpus });
}

async function start(attempt: Attempt, status: RunStatus): Promise<void> {
  const { clock, executor } = attempt.deps;
  const runId = runIdOf(status);
  if (attempt.row.runId !== runId) attempt.update({ state: "created", runId });
  await executor.start(runId, attempt.signal).catch(async (error) => {
    if (error instanceof StartRefused) await startOver(attempt, runId);
    throw error;
  });
  const startedAt = clock.wall();
  attempt.container.startOver();
  attempt.update({ state: "running", startedAt, startedUp: clock.uptime() });
  attempt.know({ state: "running", runId, startedAt });
  attempt.tell(schedulerText.running);
}

/** A container that was refused is made anew: it may hold on to a network that there is no more. */
async function startOver(attempt: Attempt, runId: string): Promise<void> {
  const { clock, executor } = attempt.deps;
  // Written first: a container that is missing in a later state would count as lost.
  attempt.update({ state: "prepared", runId: null });
  const remove = (signal: AbortSignal) => executor.remove(runId, signal);
  await within(START_OVER_MS, remove, { clock }).catch(() => {});
}

async function wait(attempt: Attempt, status: RunStatus): Promise<void> {
  const { config, clock } = attempt.deps;
  const { container } = attempt;
  const minutes = config.executor.timeoutMinutes;
  const runId = runIdOf(status);
  if (attempt.row.state !== "running" || attempt.row.runId !== runId) {
    const startedAt = "startedAt" in status ? status.startedAt : clock.wall();
    attempt.update({ state: "running", runId, startedAt, startedUp: beganUp(attempt, startedAt) });
  }
  const wasFollowed = container.followLog(runId);
  if (attempt.resumed && !wasFollowed) attempt.tell(schedulerText.takenOver);
  const end = await container.end(runId, {
    limitMs: minutes * 60_000,
    startedAt: attempt.row.startedAt ?? clock.wall(),
    startedUp: attempt.row.startedUp,
    isOver: attempt.row.endedBy !== null,
    onOver: () =>
      attempt.update({ endedBy: "timeout", problem: schedulerText.timedOut({ minutes }) }),
    signal: attempt.signal,
  });
  if (end.state !== "exited") {
    // The next attempt's output goes to the same place.
    await container.logEnd(attempt.signal);
    return attempt.know(ABSENT);
  }
  attempt.update({
    state: "exited",
    exitCode: end.exitCode,
    startedAt: end.startedAt,
    endedAt: Math.max(end.finishedAt, end.startedAt),
    endedBy: attempt.row.endedBy ?? "itself",
    problem: attempt.row.endedBy === "timeout" ? attempt.row.problem : endProblem(end) ?? null,
  });
  attempt.tell(schedulerText.exited, { exitCode: end.exitCode });
}

/** How long the machine had been up when a run began that the engine tells of, milliseconds. */
function beganUp({ deps: { clock }, row }: Attempt, startedAt: number): number {
  const up = clock.uptime();
  const byWall = up - Math.max(0, clock.wall() - startedAt);
  const earliest = row.startedUp ?? byWall;
  return earliest <= up ? Math.max(earliest, byWall) : byWall;
}

/** The engine has lost the run: once more from the beginning. */
function renew(attempt: Attempt): Promise<void> {
  attempt.renew();
  attempt.tell(schedulerText.runAgain);
  return Promise.resolve();
}

/** The end of a cancelled task: its container is stopped, nothing is uploaded. */
async function abandon(attempt: Attempt): Promise<void> {
  const { clock, executor, lang } = attempt.deps;
  const { startedAt, endedBy } = attempt.row;
  await stopQuietly(attempt);
  const ask = () => executor.tails(attempt.forExecutor);
  const tails = startedAt === null
    ? undefined
    : await within(TAILS_MS, ask, { clock }).catch(() => undefined);
  const words = endedBy === "cancel" ? schedulerText.stoppedByOwner[lang] : null;
  conclude(attempt, {
    change: {
      endedBy: attempt.row.endedBy ?? "cancel",
      report: cancelReport(tails?.stdout ?? "", words),
    },
    news: schedulerText.cancelled,
  });
}

/** Gives a task up before its outputs were collected. */
async function fail(attempt: Attempt, problem: Text): Promise<void> {
  await stopQuietly(attempt);
  conclude(attempt, {
    change: { endedBy: "refused", problem, report: refusalReport(problem, attempt.deps.lang) },
    news: schedulerText.failed({ reason: problem }),
  });
}
