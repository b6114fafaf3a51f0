import { executorText } from "../../i18n/mod.ts";
import { findPlace } from "./frame_place.ts";
import type { LogFrame } from "./log_frame.ts";
import type { LogWriter } from "./log_writer.ts";

/**
 * Takes the frames of a run's output into its log, whatever part of them was taken before. They are read
 * from the first on, or from somewhere before the last that was taken.
 *
 * @param options `fromStart`: the first of them is the first of all, unless the engine has dropped that
 */
export async function takeFrames(
  writer: LogWriter,
  frames: AsyncIterable<LogFrame>,
  { fromStart, onFrame = () => {} }: {
    readonly fromStart: boolean;
    readonly onFrame?: () => void;
  },
): Promise<void> {
  const { streams } = writer;
  const place = findPlace(writer.taken, fromStart);
  for await (const frame of frames) {
    onFrame();
    switch (place(frame)) {
      case "again":
        streams.restart();
        streams.skip(frame);
        break;
      case "known":
        streams.skip(frame);
        break;
      case "rotated":
        streams.skipLate(frame);
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
