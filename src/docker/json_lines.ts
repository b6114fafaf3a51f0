import { BodyTooLong } from "../util/mod.ts";

/** Bytes of one line of progress; real ones have a few hundred. */
const LINE_LIMIT = 1024 * 1024;

/**
 * The JSON values of a stream that has one a line, as pull and build answer. Empty lines are skipped.
 *
 * @throws {BodyTooLong} at a line over 1 MiB, SyntaxError at one that is not JSON.
 */
export async function* jsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
    if (rest.length > LINE_LIMIT) throw new BodyTooLong();
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield JSON.parse(rest);
}
