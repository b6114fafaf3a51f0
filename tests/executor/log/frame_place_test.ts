import assert from "node:assert/strict";
import { findPlace } from "../../../src/executor/log/frame_place.ts";
import { markOf } from "../../../src/executor/log/log_state.ts";

Deno.test("frames of a log that is read again: known, new, and after a rotation", () => {
  const frame = (second: number, length = 3) => ({
    stream: "stdout" as const,
    time: `2026-01-01T00:00:${String(second).padStart(2, "0")}.5Z`,
    data: new Uint8Array(length),
  });
  const mark = (second: number) => ({
    stream: "stdout" as const,
    time: frame(second).time,
    length: 3,
  });
  const places = (kept: Parameters<typeof findPlace>[0], seconds: number[]) => {
    const place = findPlace(kept);
    return seconds.map((second) => place(frame(second)));
  };
  const kept = { frames: 3, first: mark(1), last: mark(3) };
  assert.deepEqual(places({ frames: 0 }, [1, 2]), ["new", "new"]);
  assert.deepEqual(places(kept, [1, 2, 3, 4, 5]), ["again", "known", "known", "new", "new"]);
  assert.deepEqual(places({ ...kept, frames: 1, last: mark(1) }, [1, 2]), ["again", "new"]);
  assert.deepEqual(places(kept, [2, 3, 4]), ["rotated", "rotated", "new"]);
  assert.deepEqual(places(kept, [7, 8]), ["gap", "new"]);
  assert.deepEqual(places({ ...kept, last: { ...mark(3), length: 9 } }, [2, 3, 4, 5, 6]), [
    "rotated",
    "rotated",
    "rotated",
    "gap",
    "new",
  ]);
});

Deno.test("a frame that is younger than the one after it is known again in a part of the log", () => {
  const data = new Uint8Array(3);
  const out = { stream: "stdout" as const, time: "2026-01-01T00:00:01.502Z", data };
  const err = { stream: "stderr" as const, time: "2026-01-01T00:00:01.500Z", data };
  const place = findPlace({ frames: 2, first: markOf(out), last: markOf(err) }, false);
  const next = { ...out, time: "2026-01-01T00:00:01.600Z" };
  assert.deepEqual([out, err, next].map(place), ["rotated", "rotated", "new"]);
});
