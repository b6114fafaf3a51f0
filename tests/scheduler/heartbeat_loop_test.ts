import assert from "node:assert/strict";

import { effect } from "../support/effects.ts";
import { SILENT } from "../../src/log/mod.ts";
import { heartbeatLoop } from "../../src/scheduler/heartbeat_loop.ts";
import { ServerError } from "../../src/server/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { withServer } from "../server/with_server.ts";

const IDLE = {
  slots: () => ({ capacity: 1, load: 0 }),
  log: SILENT,
  onContact: () => {},
  onWake: () => {},
};
const BEAT = { status: "online", currentLoad: 0, capacity: 1, availableCapacity: 1 } as const;

/** The rests between the heartbeats up to the first that is answered, in milliseconds. */
async function restsUntilAnswered(hung: number, heartbeatMs: number): Promise<number[]> {
  await using stage = await withServer({}, { heartbeatMs });
  stage.server.faults.inject({ call: "heartbeat", effect: effect.hang("start"), times: hung });
  const end = new AbortController();
  const begun: number[] = [];
  let slept = 0;
  // Rests take no time: what was asked for is counted.
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    now: () => slept,
    sleep: (ms) => {
      slept += ms;
      return Promise.resolve();
    },
  };
  const off = stage.server.onRequest(({ ended }) => {
    if (!ended) begun.push(slept);
  });
  try {
    await heartbeatLoop({
      ...IDLE,
      server: stage.client,
      onBeat: () => end.abort(),
      signal: end.signal,
      clock,
    });
  } finally {
    off();
  }
  return begun.slice(1).map((at, i) => at - begun[i]);
}

Deno.test("after a heartbeat that hung the next is made at once, further ones with a rest", async () => {
  assert.deepEqual(await restsUntilAnswered(1, 300), [0]);
  assert.deepEqual(await restsUntilAnswered(3, 300), [0, 4_000, 4_000]);
});

for (const monotonicSleeps of [true, false]) {
  const kind = monotonicSleeps ? "stands still" : "goes on";
  Deno.test(`after a sleep of the machine a heartbeat comes at once, where the clock ${kind} in it`, async () => {
    await using stage = await withServer();
    const end = new AbortController();
    let [mono, wall, rests] = [0, 0, 0];
    const beats: number[] = [];
    let woken = 0;
    await heartbeatLoop({
      ...IDLE,
      server: stage.client,
      onWake: () => woken++,
      onBeat: (at) => {
        beats.push(at);
        if (beats.length === 2) end.abort();
      },
      signal: end.signal,
      clock: {
        ...SYSTEM_CLOCK,
        now: () => mono,
        wall: () => wall,
        sleep: (ms) => {
          const asleep = ++rests === 3 ? 3_600_000 : 0;
          mono += ms + (monotonicSleeps ? 0 : asleep);
          wall += ms + asleep;
          return Promise.resolve();
        },
      },
    });
    assert.equal(woken, 1);
    assert.deepEqual(beats, [0, 3_603_000]);
  });
}

Deno.test("a heartbeat that hangs is given up before other calls are", async () => {
  await using stage = await withServer({}, { callMs: 20_000, heartbeatMs: 300 });
  const { server, client } = stage;
  server.faults.inject({ effect: effect.hang("start"), times: 2 });
  const end = new AbortController();
  let polling = true;
  const poll = client.poll({ currentLoad: 0, availableCapacity: 1 }, end.signal)
    .catch(() => {}).finally(() => polling = false);
  await assert.rejects(
    client.heartbeat(BEAT, stage.signal),
    (error) => error instanceof ServerError && error.code === "timeout",
  );
  assert.ok(polling, "the poll, which began before, has ended");
  end.abort();
  await poll;
});
