import { EngineError } from "../../docker/mod.ts";
import { backoff, sleep } from "../../util/mod.ts";
import { DISORDER_MS, timeOf } from "../log/frame_place.ts";
import type { FrameMark } from "../log/log_state.ts";
import type { LogWriter } from "../log/log_writer.ts";
import { takeFrames } from "../log/take_frames.ts";
import { wasUnseen } from "./container_status.ts";
import type { EngineLink } from "./engine_link.ts";
import { STALE, unlessStale } from "./unless_stale.ts";

const PAUSE_MS = 200;
/** After so many failures in a row the log of an ended container is given up. */
export const MOST_FAILURES = 8;

/** What {@linkcode followLog} needs. */
export interface FollowOptions {
  readonly link: EngineLink;
  readonly runId: string;
  /** How often the container itself is asked for beside the reading, milliseconds. */
  readonly checkEveryMs: number;
  /** A start of it was refused, of which the engine may keep no trace. */
  readonly hasFailedToStart: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Takes a container's output into its log until it has ended. Whenever the connection breaks –
 * the agent or the daemon was restarted – it reads again from the start and passes over the frames
 * that it has; the engine's own `since` would lose or repeat some.
 *
 * Following can end a few lines early (20.10.24: up to one in six short runs on a busy machine), so the end is read
 * once more without it. Only the last moments, for a log may be long.
 */
export async function followLog(options: FollowOptions, writer: LogWriter): Promise<void> {
  const { signal } = options;
  for (let failures = 0;;) {
    const whole = await readLog(options, writer, { follow: true });
    // Reading ends by itself with the container – and when the daemon is killed. Only the container tells.
    const run = await logState(options);
    if (!run) break;
    if ((whole || failures >= MOST_FAILURES) && run.ended) {
      const since = shortlyBefore(writer.taken.last);
      const complete = await readLog(options, writer, { follow: false, since });
      if ((complete || failures >= MOST_FAILURES) && (await logState(options))?.ended !== false) {
        break;
      }
    }
    if (run.failedToStart) break;
    failures = whole ? 0 : failures + 1;
    await sleep(whole ? PAUSE_MS : backoff(failures, { baseMs: PAUSE_MS, maxMs: 5_000 }), signal);
  }
}

/** In the engine's own notation, seconds. */
function shortlyBefore(mark: FrameMark | undefined): string | undefined {
  const time = timeOf(mark);
  return Number.isNaN(time) ? undefined : ((time - 2 * DISORDER_MS) / 1000).toFixed(3);
}

/** How it stands with the container, as soon as the engine says; undefined when it is gone. */
export async function logState(
  { link: { engine, untilAnswered }, runId, hasFailedToStart, signal }: FollowOptions,
): Promise<{ readonly ended: boolean; readonly failedToStart: boolean } | undefined> {
  const info = await untilAnswered(() => engine.inspectContainer(runId, signal), signal);
  if (!info) return undefined;
  const { status, error } = info.state;
  return {
    // Podman's `stopping` is no end yet: its last words are to come.
    ended: ["exited", "dead", "stopped", "removing"].includes(status) || wasUnseen(info),
    failedToStart: status === "created" && (error !== "" || hasFailedToStart()),
  };
}

/** Reads the log to its end; false when the connection broke, or has nothing to say any more. */
async function readLog(
  options: FollowOptions,
  writer: LogWriter,
  part: { readonly follow: boolean; readonly since?: string },
): Promise<boolean> {
  const { link, runId, checkEveryMs: everyMs, signal } = options;
  let frames = 0;
  let framesBefore = 0;
  const isStale = async (beside: AbortSignal) => {
    const isQuiet = frames === framesBefore;
    framesBefore = frames;
    if (!isQuiet) return false;
    await link.refresh();
    return (await logState({ ...options, signal: beside }))?.ended !== false;
  };
  const read = (signal: AbortSignal) =>
    takeFrames(writer, link.engine.logs(runId, { ...part, timestamps: true, signal }), {
      fromStart: part.since === undefined,
      onFrame: () => frames++,
    });
  try {
    return await unlessStale(read, { everyMs, isStale, signal }) !== STALE;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof EngineError)) throw error;
    // Gone in between: there is nothing more to read.
    return error.status === 404;
  }
}
