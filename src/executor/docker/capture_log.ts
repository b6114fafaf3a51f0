import { EngineError, type LogFrame } from "../../docker/mod.ts";
import { executorText } from "../../i18n/mod.ts";
import { backoff, sleep } from "../../util/mod.ts";
import type { EngineLink } from "./engine_link.ts";
import type { Tails } from "../executor.ts";
import type { FrameMark } from "../log/log_state.ts";
import { LogWriter, type LogWriterOptions, markOf } from "../log/log_writer.ts";
import { STALE, unlessStale } from "./unless_stale.ts";

/** Frames of the two streams can overtake each other by so much, milliseconds. */
const DISORDER_MS = 1_000;
const PAUSE_MS = 200;
/** After so many failures in a row the log of an ended container is given up. */
const MOST_FAILURES = 8;

/** What {@linkcode captureLog} needs. */
export interface CaptureOptions extends LogWriterOptions {
  readonly link: EngineLink;
  readonly runId: string;
  /** Milliseconds between two looks at the container beside the reading. */
  readonly lookEveryMs: number;
  readonly signal: AbortSignal;
}

/**
 * Follows a container's output into the log file until it has ended. Whenever the connection breaks –
 * the agent or the daemon was restarted – it reads again from the start and passes over the frames
 * that it has; the engine's own `since` would lose or repeat some.
 *
 * Following can end a few lines early (20.10.24: up to one in six short runs on a busy machine), so the end is read
 * once more without it. Only the last moments, for a log may be long.
 *
 * @returns the ends of the streams if the disk had no room to keep them beside the log.
 */
export async function captureLog(options: CaptureOptions): Promise<Tails | undefined> {
  const { signal } = options;
  await using writer = await LogWriter.open(options);
  if (!writer) return undefined;
  for (let failures = 0;;) {
    const whole = await readLog(options, writer, { follow: true });
    // Reading ends by itself with the container – and when the daemon is killed. Only a look tells.
    const run = await look(options);
    if (!run) break;
    if ((whole || failures >= MOST_FAILURES) && run.ended) {
      const since = shortlyBefore(writer.taken.last);
      const complete = await readLog(options, writer, { follow: false, since });
      if ((complete || failures >= MOST_FAILURES) && (await look(options))?.ended !== false) break;
    }
    if (run.failedToStart) break;
    failures = whole ? 0 : failures + 1;
    await sleep(whole ? PAUSE_MS : backoff(failures, { baseMs: PAUSE_MS, maxMs: 5_000 }), signal);
  }
  return await writer.finish() ? undefined : writer.tails;
}

/** In the engine's own notation, seconds. */
function shortlyBefore(mark: FrameMark | undefined): string | undefined {
  const time = timeOf(mark);
  return Number.isNaN(time) ? undefined : ((time - 2 * DISORDER_MS) / 1000).toFixed(3);
}

/** How it stands with the container, as soon as the engine says; undefined when it is gone. */
async function look({ link: { engine, untilAnswered }, runId, signal }: CaptureOptions) {
  const info = await untilAnswered(() => engine.inspectContainer(runId, signal), signal);
  if (!info) return undefined;
  const { running, status, error } = info.state;
  return {
    ended: !running && status !== "created",
    failedToStart: status === "created" && error !== "",
  };
}

/** Which part of a log to read. */
interface Part {
  readonly follow: boolean;
  readonly since?: string;
}

/** Reads the log to its end; false when the connection broke, or has nothing to say any more. */
async function readLog(
  options: CaptureOptions,
  writer: LogWriter,
  part: Part,
): Promise<boolean> {
  const { link, lookEveryMs: everyMs, signal } = options;
  let frames = 0;
  let framesBefore = 0;
  const isStale = async (beside: AbortSignal) => {
    const isQuiet = frames === framesBefore;
    framesBefore = frames;
    if (!isQuiet) return false;
    await link.refresh();
    return (await look({ ...options, signal: beside }))?.ended !== false;
  };
  const read = (reading: AbortSignal) =>
    readFrames({ ...options, signal: reading }, writer, part, () => frames++);
  try {
    return await unlessStale(read, { everyMs, isStale, signal }) !== STALE;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof EngineError)) throw error;
    // Gone in between: there is nothing more to read.
    return error.status === 404;
  }
}

async function readFrames(
  { link: { engine }, runId, signal }: CaptureOptions,
  writer: LogWriter,
  part: Part,
  onFrame: () => void,
): Promise<void> {
  const place = findPlace(writer.taken, part.since === undefined);
  for await (const frame of engine.logs(runId, { ...part, timestamps: true, signal })) {
    onFrame();
    switch (place(frame)) {
      case "again":
        writer.restart();
        writer.skip(frame);
        break;
      case "known":
        writer.skip(frame);
        break;
      case "rotated":
        writer.skipLate(frame);
        break;
      case "gap":
        await writer.mark(executorText.logRotated);
        await writer.frame(frame);
        break;
      case "new":
        await writer.frame(frame);
        break;
    }
  }
}

/** What a frame is to somebody who has read the log before. */
export type FramePlace =
  /** The first one again: what follows is the same log from the start. */
  | "again"
  /** Kept before. */
  | "known"
  /** Kept before, in a log whose beginning the engine has dropped meanwhile. */
  | "rotated"
  /** Not kept yet, and something before it is lost for ever. */
  | "gap"
  | "new";

/**
 * Says of each frame of a log that is read from the start what it is to somebody who has kept `frames`
 * frames of it, from `first` to `last`. Engines give the same frames in the same order each time, so
 * counting is exact; once the engine has dropped the oldest, or when the log is not read from its very
 * beginning, the last kept frame is looked for instead.
 */
export function findPlace(
  { frames, first, last }: {
    readonly frames: number;
    readonly first?: FrameMark;
    readonly last?: FrameMark;
  },
  fromStart = true,
): (frame: LogFrame) => FramePlace {
  let passed = 0;
  let mode: "count" | "seek" | "new" = frames === 0 ? "new" : "count";
  return (frame) => {
    if (mode === "new") return "new";
    const mark = markOf(frame);
    if (passed === 0 && !(fromStart && isSame(mark, first))) {
      mode = "seek";
      // Without times, or when all of it is newer, there is nothing to look for.
      if (timeOf(mark) > timeOf(last)) {
        mode = "new";
        return "gap";
      }
    }
    passed++;
    if (mode === "seek") {
      if (isSame(mark, last)) mode = "new";
      else if (!(timeOf(mark) <= timeOf(last) + DISORDER_MS)) {
        mode = "new";
        return "gap";
      }
      return "rotated";
    }
    if (passed === frames) mode = "new";
    return passed === 1 ? "again" : "known";
  };
}

function isSame(a: FrameMark, b: FrameMark | undefined): boolean {
  return a.time === b?.time && a.stream === b?.stream && a.length === b.length;
}

function timeOf(mark: FrameMark | undefined): number {
  return mark?.time === undefined ? Number.NaN : Date.parse(mark.time);
}
