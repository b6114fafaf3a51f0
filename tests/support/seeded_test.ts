import assert from "node:assert/strict";

import { seeded } from "./seeded.ts";

function some(seed: number): number[] {
  const random = seeded(seed);
  return Array.from({ length: 1_000 }, () => random.below(10));
}

Deno.test("the same seed makes the same choices, another seed others", () => {
  assert.deepEqual(some(7), some(7));
  assert.notDeepEqual(some(7), some(8));
});

Deno.test("every choice comes about as often as any other, and none beyond the limit", () => {
  const counts = Array(10).fill(0);
  for (const choice of some(1)) counts[choice]++;
  assert.equal(counts.length, 10);
  assert.ok(counts.every((count) => count > 60 && count < 140), counts.join(" "));
});

Deno.test("there is nothing to pick among nothing", () => {
  assert.equal(seeded(1).pick([]), undefined);
});
