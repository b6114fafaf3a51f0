import { type ContainerInfo, EngineError } from "../docker/mod.ts";
import { sleep } from "../util/mod.ts";
import { machineBeginning } from "./beginnings.ts";
import { endedWithEngine } from "./ended_with_engine.ts";
import type { EngineLink } from "./engine_link.ts";
import type { AbsentRun, ExitedRun, LostRun, Sighting } from "./executor.ts";
import { LABEL } from "./labels.ts";

/** Between two looks at a container that nobody has started yet, milliseconds. */
const PAUSE_MS = 200;
/** After SIGKILL: what the engine writes for a program that the kernel killed, for its memory or not. */
const KILLED = 137;
/** How much later than the end of a container the engine may hear why the kernel killed it, milliseconds. */
const OOM_LATE_MS = 500;

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
  const { link: { engine, patiently }, runId, signal } = options;
  let outage = false;
  for (;;) {
    const info = await patiently(() =>
      engine.inspectContainer(runId, signal).catch((error) => {
        outage ||= isUnreachable(error);
        throw error;
      }), signal);
    const sighting: Sighting = info ? options.sightingOf(info) : { state: "absent" };
    if (sighting.state === "absent") return sighting;
    if (sighting.state === "exited") {
      const verdict = await judgeEnd(options, info!, sighting, outage);
      if (verdict !== "unsure") {
        return verdict.state === "exited" ? await withCause(options, verdict) : verdict;
      }
      outage = true;
    } else if (sighting.state === "created") {
      await sleep(PAUSE_MS, signal);
    } else {
      await engine.waitContainer(runId, { condition: "not-running", signal }).catch((error) => {
        if (signal.aborted) throw signal.reason;
        // A cut connection is no outage yet: the next look tells.
        if (!(error instanceof EngineError)) throw error;
        return sleep(PAUSE_MS, signal);
      });
    }
  }
}

/** Was it the program that ended, or the ground under it? Unsure while the engine cannot be reached. */
async function judgeEnd(
  { link, signal }: WaitOptions,
  info: ContainerInfo,
  exited: ExitedRun,
  outage: boolean,
): Promise<ExitedRun | LostRun | "unsure"> {
  // What never ran cannot have been interrupted.
  if (exited.failedToStart) return exited;
  try {
    const engineNow = await link.beginning(signal);
    const facts = {
      ...exited,
      engineThen: info.labels[LABEL.engine],
      bootThen: info.labels[LABEL.boot],
      engineNow,
      bootNow: await machineBeginning(link.engine),
      outage,
    };
    // Most ends are beyond doubt; only the others are worth the engine's long description of itself.
    if (!outage && !endedWithEngine({ ...facts, liveRestore: false })) return exited;
    const { liveRestore } = await link.engine.info(signal);
    const lost = endedWithEngine({ ...facts, liveRestore });
    return lost ? { state: "lost", runId: exited.runId } : exited;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!isUnreachable(error)) throw error;
    await sleep(PAUSE_MS, signal);
    return "unsure";
  }
}

/** An engine learns of the end and of the lack of memory on two ways; the second may take longer. */
async function withCause(options: WaitOptions, exited: ExitedRun): Promise<ExitedRun> {
  const { link: { engine }, runId, signal } = options;
  if (exited.exitCode !== KILLED || exited.oomKilled) return exited;
  await sleep(OOM_LATE_MS, signal);
  const info = await engine.inspectContainer(runId, signal).catch(() => undefined);
  return info?.state.oomKilled ? { ...exited, oomKilled: true } : exited;
}

function isUnreachable(error: unknown): boolean {
  return error instanceof EngineError && error.unreachable;
}
