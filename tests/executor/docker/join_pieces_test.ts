import assert from "node:assert/strict";

import { joinPieces } from "../../../src/executor/docker/join_pieces.ts";
import type { LogFrame } from "../../../src/executor/log/log_frame.ts";

const out = (text: string, time = "1"): LogFrame => piece("stdout", text, time);
const err = (text: string, time = "1"): LogFrame => piece("stderr", text, time);

function piece(stream: LogFrame["stream"], text: string, time: string): LogFrame {
  return { stream, time, data: new TextEncoder().encode(text) };
}

async function joined(pieces: LogFrame[], isEnded: boolean): Promise<string[]> {
  const lines: string[] = [];
  for await (const { stream, time, data } of joinPieces(ReadableStream.from(pieces), { isEnded })) {
    lines.push(`${stream} ${time} ${new TextDecoder().decode(data)}`);
  }
  return lines;
}

Deno.test("pieces of a line are put together, each stream's for itself", async () => {
  const pieces = [out("a", "1"), err("x\n", "2"), out("b", "3"), err("y", "4"), out("c\n", "5")];
  const lines = ["stderr 2 x\n", "stdout 1 abc\n"];
  assert.deepEqual(await joined(pieces, false), lines);
  // What is left of the last line is its beginning as long as the log may grow.
  assert.deepEqual(await joined(pieces, true), [...lines, "stderr 4 y"]);
  assert.deepEqual(await joined([...pieces, err("z\n", "6")], false), [...lines, "stderr 4 yz\n"]);
});

Deno.test("a line without an end does not fill the memory", async () => {
  const kib = "x".repeat(1024);
  const lines = await joined(Array.from({ length: 40 }, () => out(kib)), false);
  assert.deepEqual(lines.map((line) => line.length - "stdout 1 ".length), [16_384, 16_384]);
});
