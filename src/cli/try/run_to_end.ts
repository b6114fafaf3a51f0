import type { Config } from "../../config/mod.ts";
import type { Attempt, Executor, ExitedRun } from "../../executor/mod.ts";
import { imageText, schedulerText, type Text } from "../../i18n/mod.ts";
import { sleep, within } from "../../util/mod.ts";
import type { App } from "../app.ts";
import { passOn } from "./pass_on.ts";
import type { TryOptions } from "./try_options.ts";

/** Seconds between TERM and KILL, as `run` gives them. */
const GRACE_SECS = 10;
const USAGE_MS = 500;
/** Of a shorter run too little was seen to speak of a peak, seconds. */
const TOO_SHORT_SECS = 1;
/** How long the engine may take to hand over the rest of the output. */
const LOG_END_MS = 30_000;

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

/** Starts the container, passes its output on, and stops it when its time is over. */
export async function runToEnd(app: App, run: TryRun): Promise<TryEnd> {
  const { executor, attempt, runId, config, options, signal } = run;
  const over = new AbortController();
  const during = AbortSignal.any([signal, over.signal]);
  const began = performance.now();
  try {
    await executor.start(runId, signal);
    app.say(imageText.tryRunning({
      image: config.executor.image,
      container: runId.slice(0, 12),
    }));
    const output = passOn(app, { toStderr: options.json ?? false });
    const log = executor.log(attempt, runId, signal, output.take).finally(output.end);
    log.catch(() => {});
    const memory = watchMemory(executor, runId, during);
    const { end, timedOut } = await untilEnd(run, during);
    over.abort();
    await within(LOG_END_MS, () => log).catch(() => {});
    const peak = await memory;
    if (end.state !== "exited") {
      const seconds = (performance.now() - began) / 1000;
      return { seconds, memoryPeak: peak, problem: imageText.tryGone };
    }
    const { exitCode } = end;
    const seconds = Math.max(0, end.finishedAt - end.startedAt) / 1000;
    const memoryPeak = seconds < TOO_SHORT_SECS ? undefined : peak;
    return { exitCode, seconds, memoryPeak, problem: problemOf(end, timedOut, config) };
  } finally {
    over.abort();
    if (signal.aborted) {
      await executor.stop(runId, GRACE_SECS, AbortSignal.timeout(2_000 * GRACE_SECS))
        .catch(() => {});
    }
  }
}

/** What `run` would report as the reason of a failure. */
function problemOf(
  { exitCode, failedToStart, oomKilled }: ExitedRun,
  timedOut: boolean,
  { executor: { timeoutMinutes } }: Config,
): Text | undefined {
  if (timedOut) return schedulerText.timedOut({ minutes: timeoutMinutes });
  if (failedToStart) return schedulerText.cannotRun({ reason: failedToStart });
  if (exitCode === 0) return undefined;
  return oomKilled ? schedulerText.outOfMemory({ exitCode }) : schedulerText.exitCode({ exitCode });
}

async function untilEnd({ executor, runId, config }: TryRun, during: AbortSignal) {
  const ended = executor.wait(runId, during);
  ended.catch(() => {});
  const minutes = config.executor.timeoutMinutes;
  if (minutes === 0) return { end: await ended, timedOut: false };
  const timer = sleep(minutes * 60_000, during);
  timer.catch(() => {});
  const first = await Promise.race([ended, timer]);
  if (first) return { end: first, timedOut: false };
  await executor.stop(runId, GRACE_SECS, during);
  return { end: await ended, timedOut: true };
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
