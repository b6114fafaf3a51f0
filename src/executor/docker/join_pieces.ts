import { joined } from "../../util/mod.ts";
import type { LogFrame } from "../log/log_frame.ts";

/** How long a line may get before it is handed on unfinished, bytes: Docker's own measure. */
const LINE_BYTES = 16 * 1024;

/**
 * Puts the pieces together into which an engine cuts lines wherever it happens to have read so far, so that
 * a line of one stream does not come in the middle of the other's. The same pieces make the same lines
 * each time. What is left of an unfinished line comes at the end, if the log `isEnded`; otherwise more of
 * the line is to come, and all of it comes another time.
 */
export async function* joinPieces(
  pieces: AsyncIterable<LogFrame>,
  { isEnded }: { readonly isEnded: boolean },
): AsyncGenerator<LogFrame> {
  const held: Record<LogFrame["stream"], LogFrame[]> = { stdout: [], stderr: [] };
  for await (const piece of pieces) {
    const line = held[piece.stream];
    line.push(piece);
    if (piece.data.at(-1) !== 0x0a && sizeOf(line) < LINE_BYTES) continue;
    yield whole(line);
    held[piece.stream] = [];
  }
  if (!isEnded) return;
  for (const line of Object.values(held)) if (line.length > 0) yield whole(line);
}

function sizeOf(line: readonly LogFrame[]): number {
  return line.reduce((sum, { data }) => sum + data.length, 0);
}

function whole(line: readonly LogFrame[]): LogFrame {
  return line.length === 1 ? line[0] : { ...line[0], data: joined(line.map(({ data }) => data)) };
}
