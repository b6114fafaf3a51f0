import assert from "node:assert/strict";

import { type Clock, sleepAwake, SYSTEM_CLOCK } from "../../src/util/mod.ts";

/** A clock whose waits take no time; the `sleepAt`th takes an hour longer, as on a machine that slept. */
function clockOf({ sleepAt }: { readonly sleepAt: number }) {
  let now = 0;
  let waits = 0;
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    now: () => now,
    wall: () => now,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      now += ms + (++waits === sleepAt ? 3_600_000 : 20);
      return Promise.resolve();
    },
  };
  return clock;
}

Deno.test("a time limit leaves out what the machine slept, where its clock goes on meanwhile", async () => {
  const clock = clockOf({ sleepAt: 3 });
  const slept: number[] = [];
  await sleepAwake(60_000, { clock, onSlept: (ms) => slept.push(ms) });
  assert.deepEqual(slept, [3_600_000]);
  const awake = clock.now() - 3_600_000;
  assert.ok(awake >= 60_000 && awake < 60_100, `${awake} ms`);
});

Deno.test("such a wait is over at once when nothing is left, and ends with its signal", async () => {
  const clock = clockOf({ sleepAt: Infinity });
  await sleepAwake(-5, { clock });
  assert.equal(clock.now(), 0);
  const signal = AbortSignal.abort("enough");
  await assert.rejects(sleepAwake(1, { clock, signal }), (reason) => reason === "enough");
});
