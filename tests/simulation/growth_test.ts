import assert from "node:assert/strict";

import { growth } from "./growth.ts";

/** A run of so many days. */
function daysOf(count: number, journalOf: (day: number) => number, heapOf = journalOf) {
  return Array.from({ length: count }, (_, at) => {
    const [journal, heap] = [journalOf(at), heapOf(at)];
    return { day: at + 1, ended: 0, faults: 0, journal, heap };
  });
}

Deno.test("what grows on and on is found, and what has levelled off is not", () => {
  const level = (day: number) => Math.min(day, 30) + day % 4;
  const growing = (day: number) => 30 + day;
  assert.equal(growth(daysOf(90, level)), undefined);
  assert.match(growth(daysOf(90, growing, level))!, /journal .* from 74 to 119 bytes/);
  assert.match(growth(daysOf(90, level, growing))!, /heap/);
  assert.equal(growth(daysOf(89, growing)), undefined, "too short to tell");
});
