import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";

import { type Clock, sleep, SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { withServer } from "../server/with_server.ts";
import { idlePoll } from "./idle_poll.ts";

/** More than noise (some 100 kB in all), less than any object that a poll could leave behind. */
const MOST_BYTES_A_POLL = 20;

Deno.test("100,000 polls and heartbeats without work leave nothing in memory", async () => {
  const { bytesEach, beats } = await growth("memory", 10_000, 110_000);
  assert.ok(bytesEach < MOST_BYTES_A_POLL, `${bytesEach.toFixed(1)} bytes a poll`);
  assert.ok(beats > 50_000, `${beats} heartbeats`);
});

Deno.test("10,000 polls and heartbeats over HTTP leave nothing in memory", async () => {
  // The Server is in the same process, and its list of requests is full after 10,000.
  const { bytesEach, beats } = await growth("http", 10_000, 20_000);
  assert.ok(bytesEach < MOST_BYTES_A_POLL, `${bytesEach.toFixed(1)} bytes a poll`);
  assert.ok(beats > 5_000, `${beats} heartbeats`);
});

/** What the heap grows by with each poll between the two counts. */
async function growth(kind: "memory" | "http", first: number, last: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--allow-all", "--no-lock", "--v8-flags=--expose-gc", ...importMap()],
      fromFileUrl(new URL("./idle_memory_child.ts", import.meta.url)),
      ...[kind, String(first), String(last)],
    ],
  });
  const { success, stdout, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { heaps, beats } = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(heaps.length, 2);
  return { bytesEach: (heaps[1] - heaps[0]) / (last - first), beats };
}

/** The child finds its packages as this process does: by deno.json, or by the offline import map. */
function importMap(): string[] {
  if (!import.meta.resolve("@std/path").startsWith("file:")) return [];
  return ["--import-map", fromFileUrl(new URL("../../offline/import_map.json", import.meta.url))];
}

/** Polls until `rests` says that it is the last rest; each rest ends by a wake-up or not at all. */
async function pollsWith(
  { rests, whilePolling = () => {} }: {
    readonly rests: number;
    readonly whilePolling?: (polls: number, wake: () => void) => void;
  },
): Promise<{ polls: number; rested: number }> {
  await using stage = await withServer();
  const end = new AbortController();
  let wake = () => {};
  let rested = 0;
  let polls = 0;
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    sleep: (_ms, signal) => {
      queueMicrotask(() => ++rested === rests ? end.abort() : wake());
      return sleep(Infinity, signal);
    },
  };
  await idlePoll({
    server: stage.client,
    onWakeable: (how) => wake = how,
    onPoll: () => whilePolling(++polls, wake),
    signal: end.signal,
    clock,
  });
  assert.equal(stage.server.requests.filter(({ call }) => call === "poll").length, polls);
  return { polls, rested };
}

Deno.test("a wake-up ends the rest between two polls, the agent's end the last one", async () => {
  assert.deepEqual(await pollsWith({ rests: 2 }), { polls: 2, rested: 2 });
});

Deno.test("a wake-up that comes while a poll is under way is followed by a poll at once", async () => {
  const woken = await pollsWith({ rests: 1, whilePolling: (n, wake) => n === 1 && wake() });
  assert.deepEqual(woken, { polls: 2, rested: 1 });
});
