import { type ContainerInfo, EngineError } from "../docker/mod.ts";
import { sleep } from "../util/mod.ts";
import { machineBeginning } from "./beginnings.ts";
import { endedWithEngine } from "./ended_with_engine.ts";
import { type EngineLink, isHung } from "./engine_link.ts";
import type { AbsentRun, ExitedRun, LostRun, Sighting } from "./executor.ts";
import { labelOf } from "./labels.ts";

/** Between two looks at a container that nobody has started yet, milliseconds. */
const PAUSE_MS = 200;

/** What {@linkcode waitRun} needs. */
export interface WaitOptions {
  readonly link: EngineLink;
  readonly runId: string;
  /** What a container's description means; knows of starts that failed without a trace. */
  readonly sightingOf: (info: ContainerInfo) => Sighting;
  readonly signal: AbortSignal;
}

/**
 * Waits for the end of a run. The engine's `wait` only wakes it up: what happened is what a look says,
 * and an end is believed only when the engine has answered a new connection after it.
 */
export async function waitRun(options: WaitOptions): Promise<ExitedRun | AbsentRun | LostRun> {
  const { link, runId, signal } = options;
  const { engine, untilAnswered } = link;
  const absencesBefore = link.absences;
  for (;;) {
    // Answers at once for a run that is not under way.
    await engine.waitContainer(runId, { condition: "not-running", signal }).catch((error) => {
      if (signal.aborted) throw signal.reason;
      // A cut connection is no outage yet: the look tells.
      if (!(error instanceof EngineError)) throw error;
      return sleep(PAUSE_MS, signal);
    });
    const info = await untilAnswered(() => engine.inspectContainer(runId, signal), signal);
    const sighting: Sighting = info ? options.sightingOf(info) : { state: "absent" };
    if (sighting.state === "absent") return sighting;
    if (sighting.state === "exited") {
      const verdict = await judgeEnd(options, info!, sighting, absencesBefore);
      if (verdict !== "unsure") return verdict;
    } else if (sighting.state === "created") {
      await sleep(PAUSE_MS, signal);
    }
  }
}

/**
 * Was it the program that ended, or the ground under it? Unsure when the engine went away over the
 * question. What it is asked in vain, although it answers, stays unknown.
 */
async function judgeEnd(
  { link, signal }: WaitOptions,
  info: ContainerInfo,
  exited: ExitedRun,
  absencesBefore: number,
): Promise<ExitedRun | LostRun | "unsure"> {
  // What never ran cannot have been interrupted.
  if (exited.failedToStart) return exited;
  const absences = link.absences;
  const ask = <T>(question: () => Promise<T>) =>
    link.patiently(question, signal).catch((error) => {
      if (signal.aborted || !isHung(error)) throw error;
      return undefined;
    });
  const engineNow = await ask(() => link.beginning(signal));
  const outage = absences > absencesBefore;
  const facts = {
    ...exited,
    engineThen: labelOf(info.labels, "engine"),
    bootThen: labelOf(info.labels, "boot"),
    engineNow,
    bootNow: await machineBeginning(link.engine),
    outage,
  };
  let verdict: ExitedRun | LostRun = exited;
  // Most ends are beyond doubt; only the others are worth the engine's long description of itself.
  if (outage || endedWithEngine({ ...facts, liveRestore: false })) {
    const liveRestore = (await ask(() => link.engine.info(signal)))?.liveRestore ?? false;
    const lost = endedWithEngine({ ...facts, liveRestore });
    if (lost) verdict = { state: "lost", runId: exited.runId };
  }
  return link.absences === absences ? verdict : "unsure";
}
