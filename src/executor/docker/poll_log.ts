import { EngineError } from "../../docker/mod.ts";
import { backoff, sleep } from "../../util/mod.ts";
import type { LogWriter } from "../log/log_writer.ts";
import { takeFrames } from "../log/take_frames.ts";
import { type FollowOptions, logState, MOST_FAILURES } from "./follow_log.ts";
import { joinPieces } from "./join_pieces.ts";

/** The shortest time between two readings of a log that is still growing, milliseconds. */
const PAUSE_MS = 1_000;
/** How long an end may take to be in the container's description, milliseconds. */
const SETTLE_MS = 100;
/** Reading may keep the engine busy for so small a part of the time: a log can be long. */
const PART = 10;

/**
 * Takes a container's output into its log until it has ended, for an engine whose following cannot be relied
 * on: reads the log from its start again and again and passes over what it has. So every line is taken
 * once, in the engine's own order; and the last reading begins after the container has ended.
 */
export async function pollLog(options: FollowOptions, writer: LogWriter): Promise<void> {
  const { signal } = options;
  for (let failures = 0;;) {
    const run = await logState(options);
    if (!run || run.failedToStart) break;
    const began = performance.now();
    const isWhole = await readAll(options, writer, run.ended);
    if (run.ended && (isWhole || failures >= MOST_FAILURES)) break;
    failures = isWhole ? 0 : failures + 1;
    const pauseMs = isWhole
      ? Math.max(PAUSE_MS, PART * (performance.now() - began))
      : backoff(failures, { baseMs: 200, maxMs: 5_000 });
    if (!run.ended) await untilEnded(options, pauseMs);
    else await sleep(pauseMs, signal);
  }
}

/** Reads the log from the first line to the last of now; false when the connection broke. */
async function readAll(
  { link: { engine }, runId, signal }: FollowOptions,
  writer: LogWriter,
  isEnded: boolean,
): Promise<boolean> {
  const pieces = engine.logs(runId, { follow: false, timestamps: true, signal });
  try {
    await takeFrames(writer, joinPieces(pieces, { isEnded }), { fromStart: true });
    return true;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof EngineError)) throw error;
    // Gone in between: there is nothing more to read.
    return error.status === 404;
  }
}

/** Waits for so long, or until the container has ended: then nobody should wait for its last words. */
async function untilEnded(
  { link: { engine }, runId, signal }: FollowOptions,
  ms: number,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const ended = engine.waitContainer(runId, { signal: either })
    .then(() => sleep(SETTLE_MS, either), () => sleep(ms, either));
  try {
    await Promise.race([ended, sleep(ms, either)]);
  } finally {
    over.abort();
    await ended.catch(() => {});
  }
}
