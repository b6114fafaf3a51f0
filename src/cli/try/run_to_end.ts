import type { Config } from "../../config/mod.ts";
import type { Attempt, Executor } from "../../executor/mod.ts";
import { imageText, type Text } from "../../i18n/mod.ts";
import type { Ending } from "../../journal/mod.ts";
import { SILENT } from "../../log/mod.ts";
import { endProblem, problemOf, TaskContainer } from "../../scheduler/mod.ts";
import { sleep, SYSTEM_CLOCK } from "../../util/mod.ts";
import type { App } from "../app.ts";
import { passOn } from "./pass_on.ts";
import type { TryOptions } from "./try_folder.ts";

const USAGE_MS = 500;
/** Of a shorter run too little was seen to speak of a peak, seconds. */
const TOO_SHORT_SECS = 1;

/** How a run ended. */
export interface TryEnd {
  readonly exitCode?: number;
  /** Why it is a failure; absent when it is none. */
  readonly problem?: Text;
  readonly seconds: number;
  /** Most memory at one time, bytes; absent when the run was too short to be watched. */
  readonly memoryPeak?: number;
}

/** What {@linkcode runToEnd} needs. */
export interface TryRun {
  readonly executor: Executor;
  readonly attempt: Attempt;
  readonly runId: string;
  readonly config: Config;
  readonly options: TryOptions;
  readonly signal: AbortSignal;
}

/** Starts the container, passes its output on, and stops it when its time is over: all as `run` does. */
export async function runToEnd(app: App, run: TryRun): Promise<TryEnd> {
  const { executor, attempt, runId, config, options, signal } = run;
  const clock = SYSTEM_CLOCK;
  const over = new AbortController();
  const began = clock.now();
  const container = new TaskContainer({
    executor,
    clock,
    log: SILENT,
    attempt: () => attempt,
    shutdown: signal,
  });
  try {
    await executor.start(runId, signal);
    app.say(imageText.tryRunning({
      image: config.executor.image,
      container: runId.slice(0, 12),
    }));
    const output = passOn(app, { toStderr: options.json ?? false });
    container.followLog(runId, output.take);
    const memory = watchMemory(executor, runId, AbortSignal.any([signal, over.signal]));
    let endedBy: Ending = "itself";
    const end = await container.end(runId, {
      limitMs: config.executor.timeoutMinutes * 60_000,
      startedAt: clock.wall(),
      isOver: false,
      onOver: () => endedBy = "timeout",
      signal,
    });
    over.abort();
    await container.logEnd(signal);
    output.end();
    const peak = await memory;
    if (end.state !== "exited") {
      return {
        seconds: (clock.now() - began) / 1000,
        memoryPeak: peak,
        problem: imageText.tryGone,
      };
    }
    const { exitCode } = end;
    const seconds = Math.max(0, end.finishedAt - end.startedAt) / 1000;
    const memoryPeak = seconds < TOO_SHORT_SECS ? undefined : peak;
    const problem = problemOf({ endedBy, exitCode, problem: endProblem(end) ?? null }, config);
    return { exitCode, seconds, memoryPeak, problem };
  } finally {
    over.abort();
    if (signal.aborted) await container.stop(runId).catch(() => {});
  }
}

/** The most that the container was seen to use; some engines know the peak, others only the moment. */
async function watchMemory(
  executor: Executor,
  runId: string,
  during: AbortSignal,
): Promise<number | undefined> {
  let peak: number | undefined;
  while (!during.aborted) {
    const usage = await executor.usage(runId, during).catch(() => undefined);
    const seen = Math.max(usage?.memoryPeak ?? 0, usage?.memory ?? 0);
    if (seen > 0) peak = Math.max(peak ?? 0, seen);
    await sleep(USAGE_MS, during).catch(() => {});
  }
  return peak;
}
