import assert from "node:assert/strict";

import { type Journal, openJournal } from "../../src/journal/mod.ts";
import { type BudgetKind, createBudget, requestMemory } from "../../src/server/mod.ts";
import { inFolder } from "../journal/in_folder.ts";
import { seeded } from "../support/seeded.ts";
import { MINUTE, simulatedServer } from "./simulated_server.ts";
import { type VirtualTime, virtualTime } from "./virtual_time.ts";

const EPOCH = 1_000_000_000_000;

/** A process with a budget of its own, which remembers in the journal what it used, until it is killed. */
function startProcess(time: VirtualTime, journal: Journal, clockAhead = 0) {
  const clock = time.clock(EPOCH + clockAhead);
  const budget = createBudget({
    clock,
    ...requestMemory(journal, clock),
  });
  const alive = new AbortController();
  return {
    /** Sends one request and tells how long it waited. The Server counts what was sent before a kill. */
    async send(kind: BudgetKind, server: ReturnType<typeof simulatedServer>, latency = 50) {
      const asked = time.now();
      const permit = await budget.take(kind, alive.signal);
      const waited = time.now() - asked;
      await time.sleep(latency);
      const counted = server.arrive(time.now());
      await time.sleep(latency);
      if (!alive.signal.aborted) counted ? permit.settled() : permit.refused();
      return waited;
    },
    kill: () => alive.abort(new Error("killed")),
    alive: alive.signal,
  };
}

type Process = ReturnType<typeof startProcess>;

/** The requests of a task with 8 files. */
async function task(process: Process, server: ReturnType<typeof simulatedServer>) {
  const kinds: BudgetKind[] = ["poll", "vital", ...Array<"transfer">(9).fill("transfer"), "vital"];
  let longest = 0;
  for (const kind of kinds) longest = Math.max(longest, await process.send(kind, server));
  return longest;
}

/** Runs `tasks` tasks, one after the other, and tells how long the longest request waited. */
async function runTasks(
  time: VirtualTime,
  process: Process,
  server: ReturnType<typeof simulatedServer>,
  tasks: number,
): Promise<number> {
  let longest: number | undefined;
  void (async () => {
    let longestYet = 0;
    for (let n = 0; n < tasks; n++) longestYet = Math.max(longestYet, await task(process, server));
    longest = longestYet;
  })();
  while (longest === undefined) await time.runUntil(time.now() + 1_000);
  return longest;
}

Deno.test("after a kill a burst of tasks with 8 files does not wait", () =>
  inFolder(async (path) => {
    using journal = openJournal(path);
    const time = virtualTime();
    const server = simulatedServer();
    const first = startProcess(time, journal);
    assert.equal(await runTasks(time, first, server, 3), 0);
    first.kill();
    const second = startProcess(time, journal);
    assert.equal(await runTasks(time, second, server, 7), 0);
    assert.equal(server.refusals, 0);
  }));

Deno.test("whenever it is killed, and under whatever demand, the Server has to say no 429", async () => {
  for (let seed = 1; seed <= 8; seed++) {
    await inFolder(async (path) => {
      using journal = openJournal(path);
      const time = virtualTime();
      const random = seeded(seed).fraction;
      const server = simulatedServer();
      let clockAhead = 0;
      let sent = 0;
      while (time.now() < 10 * MINUTE) {
        const process = startProcess(time, journal, clockAhead);
        const loop = async (kind: BudgetKind, pause: () => number) => {
          while (!process.alive.aborted) {
            await process.send(kind, server, 200 * random());
            sent++;
            await time.sleep(pause());
          }
        };
        const loops = [
          loop("heartbeat", () => 20_000),
          loop("poll", () => 1_000),
          ...Array.from({ length: 4 }, () => loop("vital", () => 20_000 * random())),
          ...Array.from({ length: 8 }, () => loop("transfer", () => 100 * random())),
        ];
        for (const running of loops) running.catch(() => {});
        await time.runUntil(time.now() + 90_000 * random());
        process.kill();
        // What was under way arrives before the next one starts; the clock may be set back meanwhile.
        await time.runUntil(time.now() + 1_000);
        clockAhead -= Math.floor(100_000 * random());
      }
      assert.equal(server.refusals, 0, `seed ${seed}`);
      assert.ok(sent > 700, `${sent}`);
    });
  }
});

Deno.test("it is written down once in ten requests", () =>
  inFolder(async (path) => {
    using journal = openJournal(path);
    let written = 0;
    const counting = {
      fact: (key: string) => journal.fact(key),
      setFact(key: string, value: string) {
        written++;
        journal.setFact(key, value);
      },
    };
    const budget = createBudget(requestMemory(counting));
    const { signal } = new AbortController();
    for (let n = 0; n < 100; n++) (await budget.take("heartbeat", signal)).settled();
    assert.equal(written, 10);
  }));

Deno.test("a journal that cannot be written holds no request up", async () => {
  const broken = {
    fact: () => undefined,
    setFact() {
      throw new Error("database or disk is full");
    },
  };
  const budget = createBudget(requestMemory(broken));
  (await budget.take("heartbeat", new AbortController().signal)).settled();
});

Deno.test("an older journal tells only whether there were requests; a damaged fact tells nothing", () => {
  const usedWith = (facts: Record<string, string>) =>
    requestMemory({ fact: (key) => facts[key], setFact() {} }, virtualTime().clock(EPOCH)).used;
  const nothing = { times: [], ahead: 0 };
  assert.deepEqual(usedWith({}), nothing);
  assert.deepEqual(usedWith({ last_request_at: String(EPOCH - 89_999) }), "half");
  assert.deepEqual(usedWith({ last_request_at: String(EPOCH - 90_000) }), nothing);
  assert.deepEqual(usedWith({ last_request_at: String(EPOCH + 500_000) }), "half");
  for (const damaged of ["", "{}", '{"times":[],"ahead":-1}', '{"times":["x"],"ahead":1}']) {
    assert.deepEqual(usedWith({ requests: damaged }), "half", damaged);
  }
  const used = { times: [EPOCH - 5], ahead: 3 };
  const requests = JSON.stringify(used);
  assert.deepEqual(usedWith({ requests, last_request_at: String(EPOCH) }), used);
});
