import { type ContainerInfo, type Engine, EngineError } from "../../docker/mod.ts";
import { sleep } from "../../util/mod.ts";
import { machineBoot } from "./boot_ids.ts";
import { wasUnseen } from "./container_status.ts";
import { type EndFacts, endVerdict, type Restarts } from "./end_verdict.ts";
import { type EngineLink, isHung } from "./engine_link.ts";
import { traitsOf } from "./engine_traits.ts";
import type { AbsentRun, ExitedRun, LostRun, RunStatus } from "../executor.ts";
import { labelOf } from "./labels.ts";
import { STALE, unlessStale } from "./unless_stale.ts";

/** How often a container that nobody has started yet is asked for, milliseconds. */
const PAUSE_MS = 200;
/** Exit codes that a removal leaves, too: KILL, TERM. */
const REMOVED = [137, 143];

/** What {@linkcode waitRun} needs. */
export interface WaitOptions {
  readonly link: EngineLink;
  readonly runId: string;
  /** This process has started it, and so knows that it was under way. */
  readonly isStartedHere: boolean;
  /** How often the container itself is asked for beside the waiting, milliseconds. */
  readonly checkEveryMs: number;
  /** What a container's description means; knows of starts that failed without a trace. */
  readonly statusOf: (info: ContainerInfo) => RunStatus;
  readonly signal: AbortSignal;
}

/**
 * Waits for the end of a run. The engine's `wait` only wakes it up: what happened is what an inspect says,
 * and an end is believed only when the engine has answered a new connection after it.
 */
export async function waitRun(options: WaitOptions): Promise<ExitedRun | AbsentRun | LostRun> {
  const { link, runId, signal } = options;
  const { engine, untilAnswered } = link;
  const absencesBefore = link.absences;
  const inspect = async () => {
    const info = await untilAnswered(() => engine.inspectContainer(runId, signal), signal);
    const status: RunStatus = info ? options.statusOf(info) : { state: "absent" };
    return { info, status };
  };
  const isStale = async (beside: AbortSignal) => {
    await link.refresh();
    const info = await engine.inspectContainer(runId, beside);
    return !info || ["exited", "absent"].includes(options.statusOf(info).state);
  };
  const untilEnd = () =>
    unlessStale(
      (signal) => engine.waitContainer(runId, { condition: "not-running", signal }),
      { everyMs: options.checkEveryMs, isStale, signal },
    );
  let isWatched = options.isStartedHere || (await inspect()).status.state === "running";
  for (;;) {
    // Answers at once for a run that is not under way.
    const answer = await untilEnd().catch((error) => {
      if (signal.aborted) throw signal.reason;
      // A cut connection is no outage yet: the inspect tells.
      if (!(error instanceof EngineError)) throw error;
      isWatched = false;
      return sleep(PAUSE_MS, signal);
    });
    if (answer === STALE) isWatched = false;
    const { info, status } = await inspect();
    if (status.state === "absent") return status;
    if (status.state === "exited") {
      const verdict = await judgeEnd(options, info!, status, { absencesBefore, isWatched });
      if (verdict === "unsure") continue;
      if (!REMOVED.includes(status.exitCode)) return verdict;
      // Removed by somebody it can look ended for a moment (Docker 28.5: dead, Podman: exited).
      await sleep(PAUSE_MS, signal);
      const { status: later } = await inspect();
      return later.state === "absent" ? later : verdict;
    } else {
      await sleep(PAUSE_MS, signal);
    }
  }
}

/**
 * Did the program end by itself, or did its engine or machine go down under it? Unsure when the engine
 * went away over this question. What it does not answer in time, although it is there, stays unknown.
 */
async function judgeEnd(
  { link, signal }: WaitOptions,
  info: ContainerInfo,
  exited: ExitedRun,
  { absencesBefore, isWatched }: { readonly absencesBefore: number; readonly isWatched: boolean },
): Promise<ExitedRun | LostRun | "unsure"> {
  // What never ran cannot have been interrupted.
  if (exited.failedToStart) return exited;
  const absences = link.absences;
  const ask = <T>(question: () => Promise<T>) =>
    link.retry(question, signal).catch((error) => {
      if (signal.aborted || !isHung(error)) throw error;
      return undefined;
    });
  const engineNow = await ask(() => link.engineBoot(signal));
  const outage = absences > absencesBefore;
  const facts = {
    ...exited,
    engineThen: labelOf(info.labels, "engine"),
    bootThen: labelOf(info.labels, "boot"),
    engineNow,
    bootNow: await machineBoot(link.engine),
    isUnseen: wasUnseen(info),
    outage,
    isWatched: isWatched && !outage,
  };
  const { endsContainers } = traitsOf(link.engine);
  const usual: EndFacts = { ...facts, restarts: endsContainers ? "end containers" : "separate" };
  let verdict = endVerdict(usual);
  const events = verdict === "ask"
    ? await ask(() => eventsOf(link.engine, exited, signal)) ?? new Set<string>()
    : undefined;
  if (events) verdict = endVerdict({ ...usual, events });
  // Most ends are beyond doubt; only the others are worth the engine's long description of itself.
  if (endsContainers && (outage || verdict !== "own")) {
    const restarts = await ask(() => restartsOf(link.engine, signal));
    verdict = endVerdict({ ...facts, events, restarts });
  }
  if (link.absences !== absences) return "unsure";
  if (verdict === "lost") return { state: "lost", runId: exited.runId };
  return verdict === "own" ? exited : { ...exited, isDoubtful: true };
}

/** How much earlier or later than the container's own times its events may be dated, milliseconds. */
const EVENT_MARGIN_MS = 2_000;

/** Which of `start` and `die` the engine remembers. */
async function eventsOf(
  engine: Engine,
  { runId, startedAt, finishedAt }: ExitedRun,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const since = startedAt - EVENT_MARGIN_MS;
  const until = finishedAt + EVENT_MARGIN_MS;
  const seen = new Set<string>();
  for await (const action of engine.containerEvents(runId, { since, until, signal })) {
    if (action === "start" || action === "die") seen.add(action);
    if (action === "die") break;
  }
  return seen;
}

async function restartsOf(engine: Engine, signal: AbortSignal): Promise<Restarts> {
  return (await engine.info(signal)).liveRestore ? "live-restore" : "end containers";
}
