import assert from "node:assert/strict";

import { growth } from "./growth.ts";

/** A run of so many days. */
function daysOf(count: number, journalOf: (day: number) => number, heapOf = journalOf) {
  return Array.from({ length: count }, (_, at) => {
    const [journal, heap] = [journalOf(at), heapOf(at)];
    return { day: at + 1, ended: 0, faults: 0, journal, heap, historyDays: 30 };
  });
}

Deno.test("what grows on and on is found, and what has levelled off is not", () => {
  const level = (day: number) => Math.min(day, 30) + day % 4;
  const growing = (day: number) => 30 + 10 * day;
  assert.equal(growth(daysOf(90, level)), undefined);
  assert.match(growth(daysOf(90, growing, level))!, /journal .* from 470 to 920 bytes/);
  assert.match(growth(daysOf(90, level, growing))!, /heap/);
  assert.equal(growth(daysOf(89, growing)), undefined, "too short to tell");
  const short = daysOf(12, growing).map((day) => ({ ...day, historyDays: 1 }));
  assert.match(growth(short)!, /journal/);
  assert.equal(growth(short.slice(1)), undefined, "too short to tell");
});
