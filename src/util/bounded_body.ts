import { joined } from "./joined.ts";

/** A body was longer than its limit. */
export class BodyTooLong extends Error {}

/**
 * Reads a body to its end, `limit` bytes at most.
 *
 * @throws {BodyTooLong} past the limit; the rest is cancelled.
 */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > limit) throw new BodyTooLong(`more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return joined(chunks);
}
