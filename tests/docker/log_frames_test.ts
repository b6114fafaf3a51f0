import assert from "node:assert/strict";
import { BadLogStream, type LogFrame, logFrames } from "../../src/docker/log_frames.ts";

const encoder = new TextEncoder();

function framed(kind: number, data: Uint8Array | string): Uint8Array {
  const body = typeof data === "string" ? encoder.encode(data) : data;
  const whole = new Uint8Array(8 + body.length);
  whole[0] = kind;
  new DataView(whole.buffer).setUint32(4, body.length);
  whole.set(body, 8);
  return whole;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

async function parse(chunks: Uint8Array[], timestamps = true): Promise<LogFrame[]> {
  const frames: LogFrame[] = [];
  for await (const frame of logFrames(ReadableStream.from(chunks), { timestamps })) {
    frames.push({ ...frame, data: frame.data.slice() });
  }
  return frames;
}

const TIME = "2026-11-22T22:42:52.22397375Z";

Deno.test("frames are the same wherever the chunks are split", async () => {
  const whole = joined(
    framed(1, `${TIME} one\n`),
    framed(2, `${TIME} 二\n`),
    framed(1, ""),
    framed(0, "no time\n"),
    framed(1, `${TIME} `),
  );
  const expected: LogFrame[] = [
    { stream: "stdout", time: TIME, data: encoder.encode("one\n") },
    { stream: "stderr", time: TIME, data: encoder.encode("二\n") },
    { stream: "stdout", data: encoder.encode("no time\n") },
    { stream: "stdout", time: TIME, data: new Uint8Array() },
  ];
  for (let first = 0; first <= whole.length; first++) {
    for (const second of [first, Math.min(first + 5, whole.length)]) {
      const chunks = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
      assert.deepEqual(await parse(chunks), expected, `${first} ${second}`);
    }
  }
  assert.deepEqual(await parse([...whole].map((byte) => Uint8Array.of(byte))), expected);
});

Deno.test("without timestamps nothing is taken off the data", async () => {
  const [frame] = await parse([framed(1, `${TIME} one\n`)], false);
  assert.deepEqual(frame, { stream: "stdout", data: encoder.encode(`${TIME} one\n`) });
});

Deno.test("a frame of any length comes in pieces of 1 MiB, cut at the same places", async () => {
  const body = new Uint8Array(2_500_000).map((_, i) => i % 253);
  const whole = joined(framed(1, joined(encoder.encode(`${TIME} `), body)), framed(2, "end"));
  const lengths = [
    1048576 - TIME.length - 1,
    1048576,
    2_500_000 + TIME.length + 1 - 2 * 1048576,
    3,
  ];
  for (const size of [whole.length, 100_000, 7_777]) {
    const chunks = [];
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.slice(at, at + size));
    const frames = await parse(chunks);
    assert.deepEqual(frames.map((frame) => frame.data.length), lengths);
    assert.deepEqual(frames.map((frame) => frame.time), [TIME, undefined, undefined, undefined]);
    assert.deepEqual(joined(...frames.slice(0, 3).map((frame) => frame.data)), body);
  }
});

Deno.test("what is not a frame, or an incomplete one, is an error", async () => {
  for (const start of [[4, 0, 0, 0], [1, 1, 0, 0], [0x32, 0x30, 0x32, 0x36]]) {
    await assert.rejects(parse([Uint8Array.from([...start, 0, 0, 0, 1, 65])]), BadLogStream);
  }
  const whole = framed(1, "hello");
  for (let length = 1; length < whole.length; length++) {
    await assert.rejects(parse([whole.slice(0, length)]), BadLogStream);
  }
});
