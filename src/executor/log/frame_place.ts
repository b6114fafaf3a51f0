import type { LogFrame } from "./log_frame.ts";
import { type FrameMark, markOf } from "./log_state.ts";

/** Frames of the two streams can overtake each other by so much, milliseconds. */
export const DISORDER_MS = 1_000;

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
      // Without times, or when all of it is newer, there is nothing to look for. A part that begins shortly
      // before the last kept frame has it, and may begin with one that it has overtaken.
      if (timeOf(mark) > timeOf(last) + (fromStart ? 0 : DISORDER_MS)) {
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

/** Milliseconds since the epoch; NaN where it is not known. */
export function timeOf(mark: FrameMark | undefined): number {
  return mark?.time === undefined ? Number.NaN : Date.parse(mark.time);
}
