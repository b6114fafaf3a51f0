import assert from "node:assert/strict";
import {
  type BudgetKind,
  createBudget,
  type RequestBudget,
  type UsedRequests,
} from "../../src/server/mod.ts";
import { type VirtualTime, virtualTime } from "./virtual_time.ts";
import { MINUTE, simulatedServer } from "./simulated_server.ts";
import { seeded } from "../support/seeded.ts";

const NOTHING: UsedRequests = { times: [], ahead: 0 };
const never = new AbortController().signal;

interface Sent {
  readonly kind: BudgetKind;
  readonly waited: number;
  readonly at: number;
}

/** Sends one request through the budget: waits for room, travels, is counted, travels back. */
function sender(
  time: VirtualTime,
  budget: RequestBudget,
  server: ReturnType<typeof simulatedServer>,
  latency: () => number,
) {
  const sent: Sent[] = [];
  const send = async (kind: BudgetKind): Promise<boolean> => {
    const asked = time.now();
    const permit = await budget.take(kind, never);
    sent.push({ kind, waited: time.now() - asked, at: time.now() });
    await time.sleep(latency());
    const ok = server.arrive(time.now());
    await time.sleep(latency());
    ok ? permit.settled() : permit.refused();
    return ok;
  };
  return { sent, send };
}

function budgetOn(time: VirtualTime, options: Parameters<typeof createBudget>[0] = {}) {
  return createBudget({
    used: NOTHING,
    clock: time.clock(1_000_000_000_000),
    ...options,
  });
}

Deno.test("under every demand the Server never has to say 429, whatever the network delays", async () => {
  for (const [seed, maxLatency] of [[1, 5], [2, 400], [3, 5_000], [4, 20_000]]) {
    const time = virtualTime();
    const random = seeded(seed).fraction;
    const server = simulatedServer();
    const { sent, send } = sender(time, budgetOn(time), server, () => random() * maxLatency);
    const loop = async (kind: BudgetKind, pause: () => number) => {
      while (true) {
        await send(kind);
        await time.sleep(pause());
      }
    };
    void loop("heartbeat", () => 20_000);
    for (let i = 0; i < 8; i++) void loop("vital", () => 20_000 * random());
    void loop("poll", () => 1_000);
    for (let i = 0; i < 6; i++) void loop("transfer", () => 10 * random());
    await time.runUntil(10 * MINUTE);
    assert.equal(server.refusals, 0, `latency up to ${maxLatency} ms`);
    assert.ok(sent.length > 0);
  }
});

Deno.test("a saturated budget uses at least nine tenths of what the Server allows", async () => {
  const time = virtualTime();
  const server = simulatedServer();
  const { sent, send } = sender(time, budgetOn(time), server, () => 10);
  const loop = async (kind: BudgetKind, pause: number) => {
    while (true) {
      await send(kind);
      await time.sleep(pause);
    }
  };
  void loop("heartbeat", 20_000);
  void loop("poll", 1_000);
  for (let i = 0; i < 4; i++) void loop("transfer", 0);
  await time.runUntil(20 * MINUTE);
  assert.equal(server.refusals, 0);
  const later = sent.filter(({ at }) => at >= 2 * MINUTE);
  const perMinute = later.length / 18;
  assert.ok(perMinute >= 135, `${perMinute} a minute`);
  const heartbeats = later.filter(({ kind }) => kind === "heartbeat");
  assert.ok(Math.max(...heartbeats.map(({ waited }) => waited)) === 0, "a heartbeat had to wait");
  const polls = later.filter(({ kind }) => kind === "poll" || kind === "extra");
  const gaps = polls.slice(1).map(({ at }, i) => at - polls[i].at);
  assert.ok(Math.max(...gaps) <= 10_500, `${Math.max(...gaps)} ms without a poll`);
});

Deno.test("many short tasks: polls, accepts and completions share the budget without standstill", async () => {
  const time = virtualTime();
  const server = simulatedServer();
  const { send, sent } = sender(time, budgetOn(time, { used: "half" }), server, () => 2);
  let done = 0;
  let running = 0;
  const task = async () => {
    await time.sleep(300);
    running--;
    await send("vital");
    done++;
  };
  const polling = async () => {
    while (true) {
      await send("poll");
      if (running < 8) {
        running++;
        await send("vital");
        void task();
      } else await time.sleep(1_000);
    }
  };
  const beating = async () => {
    while (true) {
      await send("heartbeat");
      await time.sleep(20_000);
    }
  };
  void polling();
  void beating();
  await time.runUntil(2 * MINUTE);
  const start = done;
  await time.runUntil(22 * MINUTE);
  assert.equal(server.refusals, 0);
  const perMinute = (done - start) / 20;
  assert.ok(perMinute >= 0.9 * (150 - 3) / 3, `${perMinute} tasks a minute`);
  const beats = sent.filter(({ kind }) => kind === "heartbeat");
  assert.ok(Math.max(...beats.map(({ waited }) => waited)) < 1_000);
});

Deno.test("heartbeats and completions find room although transfers wait", async () => {
  const time = virtualTime();
  const server = simulatedServer();
  const { send, sent } = sender(time, budgetOn(time), server, () => 1);
  for (let i = 0; i < 1_000; i++) void send("transfer");
  await time.runUntil(1_000);
  for (let i = 0; i < 8; i++) void send("vital");
  void send("heartbeat");
  void send("poll");
  await time.runUntil(2_000);
  const now = sent.filter(({ kind }) => kind !== "transfer");
  assert.deepEqual(now.map(({ kind }) => kind).sort(), [
    "heartbeat",
    "poll",
    ...Array(8).fill("vital"),
  ]);
  assert.ok(now.every(({ waited }) => waited === 0));
});

Deno.test("a further poll waits behind transfers, and has right of way again after ten seconds", async () => {
  const time = virtualTime();
  const budget = budgetOn(time);
  const order: string[] = [];
  const take = (kind: BudgetKind, name: string) =>
    void budget.take(kind, never).then((permit) => {
      order.push(`${name} at ${time.now()}`);
      permit.settled();
    });
  take("poll", "first poll");
  await time.runUntil(0);
  for (let i = 0; i < 300; i++) take("transfer", "transfer");
  take("poll", "second poll");
  await time.runUntil(9_999);
  assert.ok(!order.includes("second poll at 9999"));
  assert.ok(!order.some((line) => line.startsWith("second")));
  await time.runUntil(10_000);
  assert.equal(order.at(-1), "second poll at 10000");
});

Deno.test("within a kind it is first come, first served; an aborted one leaves the queue", async () => {
  const time = virtualTime();
  const budget = budgetOn(time, { perMinute: 12 });
  const order: number[] = [];
  const controller = new AbortController();
  for (let i = 0; i < 30; i++) {
    budget.take("transfer", i === 20 ? controller.signal : never)
      .then((permit) => {
        order.push(i);
        permit.settled();
      })
      .catch((error) => assert.equal(error, "gone"));
  }
  controller.abort("gone");
  await time.runUntil(10 * MINUTE);
  assert.deepEqual(order, Array.from({ length: 30 }, (_, i) => i).filter((i) => i !== 20));
  assert.equal(budget.waiting, 0);
  await assert.rejects(budget.take("poll", controller.signal), (error) => error === "gone");
});

Deno.test("after a 429 vital ones go every 2 s, the others when the window has room again", async () => {
  const time = virtualTime();
  const server = simulatedServer();
  // Somebody else spent the whole budget just now: the agent's previous life, say.
  for (let i = 0; i < 150; i++) server.arrive(0);
  const { send, sent } = sender(time, budgetOn(time), server, () => 1);
  const vital = (async () => {
    while (!(await send("vital"))) { /* as often as the budget lets it */ }
    return time.now();
  })();
  const transfer = (async () => {
    while (!(await send("transfer"))) { /* as often as the budget lets it */ }
    return time.now();
  })();
  await time.runUntil(3 * MINUTE);
  assert.ok(await vital <= MINUTE + 2_100, "the vital one came within 2 s of room");
  assert.ok(await transfer <= MINUTE + 20_000);
  const vitals = sent.filter(({ kind }) => kind === "vital");
  assert.ok(vitals.slice(1).every(({ at }, i) => at - vitals[i].at >= 2_000));
  assert.ok(vitals.length >= 25, `${vitals.length} tries`);
  const transfers = sent.filter(({ kind }) => kind === "transfer");
  assert.ok(transfers.length < vitals.length);
});

Deno.test("what the previous run used counts, by its times", async () => {
  const time = virtualTime();
  const first = budgetOn(time);
  for (let i = 0; i < 100; i++) {
    if (i === 50) await time.runUntil(30_000);
    first.take("transfer", never).then((permit) => permit.settled());
  }
  await time.runUntil(40_000);
  const used = first.used();
  assert.deepEqual([used.times.length, used.ahead], [100, 0]);
  const second = budgetOn(time, { used });
  let let_go = 0;
  for (let i = 0; i < 200; i++) void second.take("transfer", never).then(() => let_go++);
  await time.runUntil(40_001);
  assert.ok(let_go > 20 && let_go < 50, `${let_go}`);
  await time.runUntil(61_000);
  assert.ok(let_go > 70 && let_go < 100, `${let_go}`);
});

Deno.test("a clock that was set back, or nothing known, makes it careful and not stuck", async () => {
  const times = Array(75).fill(1_000_000_000_000 + 3_600_000);
  for (const used of ["half", { times, ahead: 0 }, { times: [], ahead: 75 }] as const) {
    const time = virtualTime();
    const budget = budgetOn(time, { used });
    let let_go = 0;
    for (let i = 0; i < 200; i++) void budget.take("transfer", never).then(() => let_go++);
    await time.runUntil(1);
    assert.ok(let_go >= 50 && let_go <= 75, `${let_go}`);
  }
});

Deno.test("no limit, no waiting", async () => {
  const budget = createBudget({ perMinute: Infinity });
  for (let i = 0; i < 1_000; i++) (await budget.take("extra", never)).settled();
  assert.deepEqual(budget.used(), NOTHING);
});
