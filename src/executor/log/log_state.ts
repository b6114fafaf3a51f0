import * as z from "zod/mini";

import type { LogFrame } from "./log_frame.ts";

const frame = z.object({
  time: z.optional(z.string()),
  stream: z.enum(["stdout", "stderr"]),
  length: z.int().check(z.nonnegative()),
});

/** What a frame of the engine's log is known again by. */
export type FrameMark = z.infer<typeof frame>;

/** What a frame is known again by. */
export function markOf({ stream, time, data }: LogFrame): FrameMark {
  return { stream, length: data.length, ...time !== undefined && { time } };
}

const state = z.object({
  attempt: z.int().check(z.positive()),
  /** Bytes of the log file that belong to earlier attempts. */
  base: z.int().check(z.nonnegative()),
  /** Bytes of this attempt's output in the log file and its tail, marks included. */
  position: z.int().check(z.nonnegative()),
  /** Frames of the engine's log that have been read up to there. */
  frames: z.int().check(z.nonnegative()),
  /** Bytes that could not be written since the last mark that says so. */
  lost: z.int().check(z.nonnegative()),
  first: z.optional(frame),
  last: z.optional(frame),
  /** The last of each stream. */
  stdout: z.string(),
  stderr: z.string(),
  /** Everything is in the log file. */
  done: z.boolean(),
});

/** How far the log of an attempt is captured. It is kept beside the log, in `….log.state`. */
export type LogState = z.infer<typeof state>;

/** The state beside a log; undefined when there is none that makes sense. */
export async function readLogState(logPath: string): Promise<LogState | undefined> {
  try {
    return state.parse(JSON.parse(await Deno.readTextFile(statePath(logPath))));
  } catch {
    return undefined;
  }
}

/**
 * Replaces the state beside a log; after a crash of the agent the old one or the new one is there.
 * It is not synced to disk, which would cost more than the log itself: after a power cut the run is
 * lost anyway, and without a state the log is read anew.
 */
export async function writeLogState(logPath: string, value: LogState): Promise<void> {
  const temporary = `${statePath(logPath)}.new`;
  try {
    await Deno.writeTextFile(temporary, JSON.stringify(value), { mode: 0o600 });
    await Deno.rename(temporary, statePath(logPath));
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Where that state is. */
function statePath(logPath: string): string {
  return `${logPath}.state`;
}
