import assert from "node:assert/strict";

import { UploadSlots } from "../../src/uploader/upload_slots.ts";

/** Work that ends when it is told to, and says when it began. */
function controlled(began: string[], name: string) {
  const end = Promise.withResolvers<void>();
  const work = () => {
    began.push(name);
    return end.promise;
  };
  return { work, end: end.resolve };
}

const signal = new AbortController().signal;
const tick = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("two at a time, the oldest result first", async () => {
  const slots = new UploadSlots();
  const began: string[] = [];
  const jobs = [5, 6, 4, 3].map((order) => ({ order, ...controlled(began, `${order}`) }));
  const done = jobs.map(({ order, work }) => slots.run({ order, signal }, work));
  await tick();
  assert.deepEqual(began, ["5", "6"]);
  jobs[0].end();
  await tick();
  assert.deepEqual(began, ["5", "6", "3"]);
  for (const job of jobs) job.end();
  await Promise.all(done);
  assert.deepEqual(began, ["5", "6", "3", "4"]);
});

Deno.test("one that was too slow has the uplink for itself", async () => {
  const slots = new UploadSlots();
  const began: string[] = [];
  const first = controlled(began, "first");
  const slow = controlled(began, "slow");
  const later = controlled(began, "later");
  const done = [
    slots.run({ order: 1, signal }, first.work),
    slots.run({ order: 2, alone: true, signal }, slow.work),
    slots.run({ order: 3, signal }, later.work),
  ];
  await tick();
  assert.deepEqual(began, ["first"]);
  first.end();
  await tick();
  assert.deepEqual(began, ["first", "slow"]);
  slow.end();
  await tick();
  assert.deepEqual(began, ["first", "slow", "later"]);
  later.end();
  await Promise.all(done);
});

Deno.test("whoever gives up waiting leaves its slot to the next", async () => {
  const slots = new UploadSlots();
  const began: string[] = [];
  const jobs = ["a", "b", "c", "d"].map((name) => controlled(began, name));
  const giveUp = new AbortController();
  const done = [
    slots.run({ order: 1, signal }, jobs[0].work),
    slots.run({ order: 2, signal }, jobs[1].work),
    slots.run({ order: 3, signal: giveUp.signal }, jobs[2].work),
    slots.run({ order: 4, signal }, jobs[3].work),
  ];
  await tick();
  giveUp.abort(new Error("gone"));
  await assert.rejects(done[2], /gone/);
  jobs[0].end();
  await tick();
  assert.deepEqual(began, ["a", "b", "d"]);
  for (const job of jobs) job.end();
  await Promise.allSettled(done);
});

Deno.test("work that fails frees its slot", async () => {
  const slots = new UploadSlots();
  const fail = () => Promise.reject(new Error("bad"));
  for (let n = 0; n < 5; n++) {
    await assert.rejects(slots.run({ order: n, signal }, fail), /bad/);
  }
});
