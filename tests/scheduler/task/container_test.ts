import assert from "node:assert/strict";

import type { Attempt, Executor, ExitedRun } from "../../../src/executor/mod.ts";
import type { Text } from "../../../src/i18n/mod.ts";
import { SILENT } from "../../../src/log/mod.ts";
import { TaskContainer } from "../../../src/scheduler/task/container.ts";
import { type Clock, SYSTEM_CLOCK } from "../../../src/util/mod.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When the run began, milliseconds since 1970, and how long the machine had been up then. */
const STARTED_AT = 1_800_000_000_000;
const STARTED_UP = 5 * HOUR;

const never = new AbortController().signal;

interface Machine {
  /** What was written down of the machine's uptime when the run began. @default {STARTED_UP} */
  readonly startedUp?: number | null;
  /** How often the engine refuses to say how the run is. @default {0} */
  readonly refusals?: number;
  /** By the wall clock so long after the run began, milliseconds. */
  readonly wall: number;
  /** Since the machine was started, milliseconds. */
  readonly uptime: number;
}

/**
 * Milliseconds that an agent that has just started on such a machine lets a run go on that may take an hour and
 * never ends by itself.
 */
async function timeLeft(machine: Machine): Promise<number> {
  const { wall, uptime, startedUp = STARTED_UP, refusals = 0 } = machine;
  let now = 0;
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    now: () => now,
    wall: () => STARTED_AT + wall + now,
    uptime: () => uptime + now,
    sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      return Promise.resolve();
    },
  };
  const end = Promise.withResolvers<ExitedRun>();
  let asked = 0;
  let stoppedAfter: number | undefined;
  const executor = {
    status: () =>
      asked++ < refusals
        ? Promise.reject(new Error("refused"))
        : Promise.resolve({ state: "running", runId: "c1", startedAt: STARTED_AT }),
    wait: () => end.promise,
    stop(runId: string) {
      stoppedAfter = now;
      const [startedAt, finishedAt] = [STARTED_AT, clock.wall()];
      const code = { exitCode: 143, oomKilled: false };
      end.resolve({ state: "exited", runId, startedAt, finishedAt, ...code });
      return Promise.resolve();
    },
  } as unknown as Executor;
  const attempt = () => ({ taskId: "t" }) as Attempt;
  const container = new TaskContainer({ executor, clock, log: SILENT, attempt, shutdown: never });
  let isOver = false;
  await container.end("c1", {
    limitMs: HOUR,
    startedAt: STARTED_AT,
    startedUp,
    isOver,
    onOver: () => isOver = true,
    signal: never,
  });
  assert.ok(isOver, "why it was stopped was said before");
  return stoppedAfter!;
}

Deno.test("after a restart of the agent a run has the rest of its time, whatever the wall clock was set to", async () => {
  const uptime = STARTED_UP + 20 * MINUTE;
  for (const set of [0, 24 * HOUR, 15 * MINUTE, -15 * MINUTE, -24 * HOUR]) {
    const left = await timeLeft({ wall: 20 * MINUTE + set, uptime });
    assert.equal(left, 40 * MINUTE, `set by ${set / MINUTE} minutes`);
  }
});

Deno.test("a run whose time is over is stopped at once, whatever the wall clock was set to", async () => {
  const uptime = STARTED_UP + 2 * HOUR;
  for (const wall of [2 * HOUR, 0, -24 * HOUR]) assert.equal(await timeLeft({ wall, uptime }), 0);
});

Deno.test("what a run has had is told by the wall clock where the uptime tells nothing", async () => {
  const wall = 20 * MINUTE;
  const again = { wall, uptime: STARTED_UP - 1 };
  assert.equal(await timeLeft(again), 40 * MINUTE, "the machine was started anew");
  const older = { wall, uptime: STARTED_UP + 30 * MINUTE, startedUp: null };
  assert.equal(await timeLeft(older), 40 * MINUTE, "an earlier version wrote it down");
  assert.equal(await timeLeft({ ...older, wall: -wall }), HOUR, "set back since");
});

Deno.test("an engine that does not say at first how a run is does not let it go on past its time", async () => {
  const machine = { wall: HOUR, uptime: STARTED_UP + HOUR, refusals: 3 };
  const left = await timeLeft(machine);
  assert.ok(left > 0 && left < MINUTE, `${left} ms`);
});

/**
 * Lets a container end whose output is given after so many times that nobody waits for it, if ever.
 *
 * @param obstacles what the engine says when it is asked how it is, each time; well afterwards
 * @returns whether the end of the output was waited for
 */
async function isLogWhole(givenAfter: number, obstacles: readonly Text[]): Promise<boolean> {
  const output = Promise.withResolvers<void>();
  let isWhole = false;
  let waits = 0;
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    after(_ms, then) {
      if (waits++ === givenAfter) output.resolve();
      const timer = setTimeout(then);
      return () => clearTimeout(timer);
    },
  };
  let asked = 0;
  const executor = {
    log: () => output.promise.then(() => void (isWhole = true)),
    obstacle: () => Promise.resolve(obstacles[asked++]),
  } as unknown as Executor;
  const attempt = () => ({ taskId: "t" }) as Attempt;
  const container = new TaskContainer({ executor, clock, log: SILENT, attempt, shutdown: never });
  container.followLog("c1");
  const told: (Text | undefined)[] = [];
  await container.logEnd(never, (obstacle) => told.push(obstacle));
  assert.deepEqual(told.slice(0, obstacles.length), obstacles.slice(0, told.length));
  return isWhole;
}

Deno.test("the end of an output is waited for as long as the engine is away, and a little longer", async () => {
  const away = { en: "away", zh: "不在" };
  assert.ok(await isLogWhole(0, []));
  assert.ok(await isLogWhole(5, [away, away, away, away]));
  assert.ok(!await isLogWhole(Infinity, [away, away]), "an engine that is well never gives it");
});
