import assert from "node:assert/strict";

import { UploadPlaces } from "../../src/scheduler/upload_places.ts";

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
  const places = new UploadPlaces();
  const began: string[] = [];
  const jobs = [5, 6, 4, 3].map((order) => ({ order, ...controlled(began, `${order}`) }));
  const done = jobs.map(({ order, work }) => places.run({ order, signal }, work));
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
  const places = new UploadPlaces();
  const began: string[] = [];
  const first = controlled(began, "first");
  const slow = controlled(began, "slow");
  const later = controlled(began, "later");
  const done = [
    places.run({ order: 1, signal }, first.work),
    places.run({ order: 2, alone: true, signal }, slow.work),
    places.run({ order: 3, signal }, later.work),
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

Deno.test("whoever gives up waiting leaves its place to the next", async () => {
  const places = new UploadPlaces();
  const began: string[] = [];
  const jobs = ["a", "b", "c", "d"].map((name) => controlled(began, name));
  const giveUp = new AbortController();
  const done = [
    places.run({ order: 1, signal }, jobs[0].work),
    places.run({ order: 2, signal }, jobs[1].work),
    places.run({ order: 3, signal: giveUp.signal }, jobs[2].work),
    places.run({ order: 4, signal }, jobs[3].work),
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

Deno.test("work that fails frees its place", async () => {
  const places = new UploadPlaces();
  const fail = () => Promise.reject(new Error("bad"));
  for (let n = 0; n < 5; n++) {
    await assert.rejects(places.run({ order: n, signal }, fail), /bad/);
  }
});
