/**
 * An idle agent's two loops on a clock of their own, in a process of their own: prints how many bytes of
 * heap they hold after so many rounds, as JSON. Arguments: `memory` or `http`, then the rounds at which
 * the heap is measured.
 */
import { SILENT } from "../../src/log/mod.ts";
import { heartbeatLoop } from "../../src/scheduler/heartbeat_loop.ts";
import type { ServerClient } from "../../src/server/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { withServer } from "../server/with_server.ts";
import { idlePoll } from "./idle_poll.ts";

declare const gc: () => void;

const [kind, ...marks] = Deno.args;
const rounds = marks.map(Number);
const heaps: number[] = [];
await using stage = kind === "http" ? await withServer() : undefined;
const server = stage?.client ?? nobody();

const end = new AbortController();
let polls = 0;
let beats = 0;
let wake = () => {};

/** A rest takes no time, and is `leastMs` long; as real ones do, it listens to its signal. */
function quickClock(leastMs = 0): Clock {
  let now = 0;
  return {
    ...SYSTEM_CLOCK,
    now: () => now,
    wall: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        now += Math.max(ms, leastMs);
        const done = () => {
          signal?.removeEventListener("abort", done);
          resolve();
        };
        signal?.addEventListener("abort", done);
        queueMicrotask(done);
      }),
  };
}

function measure(): void {
  if (!rounds.includes(polls)) return;
  gc();
  heaps.push(Deno.memoryUsage().heapUsed);
  if (heaps.length === rounds.length) end.abort();
}

await Promise.all([
  idlePoll({
    server,
    onWakeable: (how) => wake = how,
    onPoll: () => {
      polls++;
      measure();
    },
    signal: end.signal,
    clock: quickClock(),
  }),
  heartbeatLoop({
    server,
    slots: () => ({ capacity: 1, load: 0 }),
    log: SILENT,
    onContact: () => {},
    onWake: () => {},
    onBeat: () => {
      beats++;
      wake();
    },
    signal: end.signal,
    // It rests in steps of a second; one step is a whole rest here.
    clock: quickClock(20_000),
  }),
]);
console.log(JSON.stringify({ heaps, beats }));

/** A Server that is always there and never has anything to do. */
function nobody(): ServerClient {
  let calls = 0;
  // A timer takes a millisecond: only now and then, so that the loop comes round for what ends late.
  const turn = () =>
    new Promise<void>((resolve) => ++calls % 100 === 0 ? setTimeout(resolve) : resolve());
  const answers: Partial<ServerClient> = {
    poll: () => turn().then(() => ({})),
    heartbeat: () => turn().then(() => undefined),
  };
  return answers as ServerClient;
}
