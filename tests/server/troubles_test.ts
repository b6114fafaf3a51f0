import assert from "node:assert/strict";
import type { FaultEffect } from "../../src/devserver/mod.ts";
import { effect } from "../support/effects.ts";
import {
  createBudget,
  createServerClient,
  ServerError,
  type ServerErrorKind,
} from "../../src/server/mod.ts";
import { bytes, type Stage, withServer } from "./with_server.ts";

type Name = "poll" | "accept" | "heartbeat" | "complete" | "list" | "download" | "upload";

const ALL: readonly Name[] = [
  "poll",
  "accept",
  "heartbeat",
  "complete",
  "list",
  "download",
  "upload",
];

/** One valid call of each kind. */
function callOf(name: Name, stage: Stage, ids: { taskId: string; fileId: string }) {
  const { client, signal } = stage;
  const { taskId, fileId } = ids;
  const beat = { status: "online", currentLoad: 0, capacity: 4, availableCapacity: 4 } as const;
  const report = {
    taskId,
    status: "completed",
    output: null,
    errorMessage: null,
    fileIds: [],
  } as const;
  const calls: Record<Name, () => Promise<unknown>> = {
    poll: () => client.poll({ currentLoad: 0, availableCapacity: 4 }, signal),
    accept: () => client.accept(taskId, signal),
    heartbeat: () => client.heartbeat(beat, signal),
    complete: () => client.complete(report, signal),
    list: () => client.listFiles(taskId, signal),
    download: () => client.download({ id: fileId, sizeBytes: 5 }, () => {}, signal),
    upload: () => client.upload({ taskId, name: "a", size: 3, body: bytes("abc") }, signal),
  };
  return calls[name];
}

/** What a call makes of a fault: an error by kind and code, or a value. */
type Outcome = `${ServerErrorKind} ${string}` | `= ${string}`;

async function outcomeOf(call: () => Promise<unknown>, secrets: string[]): Promise<Outcome> {
  try {
    return `= ${JSON.stringify(await call())}`;
  } catch (error) {
    assert.ok(error instanceof ServerError, String(error));
    for (const secret of secrets) {
      assert.ok(!`${error.text.zh}${error.text.en}${error.stack}`.includes(secret));
    }
    return `${error.kind} ${error.sent}`;
  }
}

interface Case {
  readonly what: string;
  readonly fault: FaultEffect;
  readonly outcome: Outcome;
  /** Calls for which it is otherwise. */
  readonly but?: Partial<Record<Name, Outcome>>;
}

const json = (status: number) => effect.error(status, "Whatever", "出错");

const CASES: readonly Case[] = [
  // The Server's own words.
  {
    what: "400 json",
    fault: json(400),
    outcome: "outage no",
    but: { accept: '= "not_pending"', complete: '= "not_running"', upload: "refused no" },
  },
  { what: "401 json", fault: json(401), outcome: "credentials no" },
  { what: "403 json", fault: json(403), outcome: "credentials no" },
  {
    what: "404 json",
    fault: json(404),
    outcome: "outage no",
    but: { upload: "refused no", download: "refused no", list: "= undefined" },
  },
  { what: "408", fault: effect.text(408, ""), outcome: "timeout408 maybe" },
  { what: "409 json", fault: json(409), outcome: "outage no", but: { accept: '= "not_pending"' } },
  { what: "413 json", fault: json(413), outcome: "outage no", but: { upload: "refused no" } },
  { what: "422 text", fault: effect.text(422), outcome: "outage maybe" },
  { what: "429 json", fault: json(429), outcome: "rate_limited no" },
  { what: "500 json", fault: json(500), outcome: "outage maybe" },
  { what: "503 json", fault: json(503), outcome: "outage maybe" },
  // Somebody else's: nothing of it is final.
  { what: "200 page", fault: effect.page(200), outcome: "outage maybe" },
  { what: "201 page", fault: effect.page(201), outcome: "outage maybe" },
  { what: "400 page", fault: effect.page(400), outcome: "outage maybe" },
  { what: "401 page", fault: effect.page(401), outcome: "outage maybe" },
  { what: "403 page", fault: effect.page(403), outcome: "outage maybe" },
  { what: "404 page", fault: effect.page(404), outcome: "outage maybe" },
  { what: "409 page", fault: effect.page(409), outcome: "outage maybe" },
  {
    what: "413 page",
    fault: effect.page(413),
    outcome: "outage maybe",
    but: { upload: "refused no" },
  },
  { what: "429 page", fault: effect.page(429), outcome: "rate_limited no" },
  { what: "502 page", fault: effect.page(502), outcome: "outage maybe" },
  { what: "504 text", fault: effect.text(504), outcome: "outage maybe" },
  { what: "301", fault: effect.redirect("http://portal.example/login", 301), outcome: "outage no" },
  {
    what: "307",
    fault: effect.redirect("https://portal.example/login", 307),
    outcome: "outage no",
  },
  { what: "garbage", fault: effect.garbage(), outcome: "outage maybe" },
  { what: "wrong shape", fault: effect.wrongShape(), outcome: "outage maybe" },
  { what: "json null", fault: effect.wrongShape(null), outcome: "outage maybe" },
  { what: "json {}", fault: effect.wrongShape({}), outcome: "outage maybe" },
  { what: "empty 200", fault: effect.text(200, ""), outcome: "outage maybe" },
  {
    what: "204",
    fault: { kind: "answer", status: 204 },
    outcome: "outage maybe",
    but: { poll: "= {}" },
  },
  // No answer, or not a whole one.
  { what: "cut at start", fault: effect.cutAtStart, outcome: "outage maybe" },
  { what: "lost answer", fault: effect.loseAnswer, outcome: "outage maybe" },
  { what: "cut in answer", fault: effect.cutInAnswer(3), outcome: "outage maybe" },
  { what: "hang", fault: effect.hang("start"), outcome: "outage maybe" },
  { what: "hang in answer", fault: effect.hang("answer", 3), outcome: "outage maybe" },
];

for (const name of ALL) {
  Deno.test(`every kind of trouble with ${name}`, async () => {
    await using stage = await withServer({}, { callMs: 400, idleMs: 400 });
    const { server, apiKey } = stage;
    for (const { what, fault, outcome, but = {} } of CASES) {
      const taskId = await stage.runningTask([{ name: "in.txt", content: "12345" }]);
      const ids = { taskId, fileId: server.files(taskId)[0].id };
      // Twice: a GET that is cut on a kept connection is repeated by fetch itself.
      server.faults.inject({ call: name, effect: fault, times: 2 });
      const found = await outcomeOf(callOf(name, stage, ids), [apiKey]);
      assert.equal(found, but[name] ?? outcome, `${name}: ${what}`);
      server.faults.clear();
      // The client is as good as before.
      await stage.client.listFiles(taskId, stage.signal);
    }
  });
}

Deno.test("an answer without end is broken off", async () => {
  await using stage = await withServer();
  const { server } = stage;
  const megabyte = new Uint8Array(1 << 20).fill(32);
  const body = async function* () {
    while (true) {
      yield megabyte;
      await Promise.resolve();
    }
  };
  const taskId = await stage.runningTask();
  const ids = { taskId, fileId: "x" };
  for (const name of ["poll", "accept", "heartbeat", "complete", "list", "upload"] as const) {
    for (const status of [200, 404]) {
      server.faults.inject({ call: name, effect: { kind: "answer", status, body } });
      assert.equal(await outcomeOf(callOf(name, stage, ids), []), "outage maybe", name);
    }
  }
});

Deno.test("an answer that echoes the request does not bring the key into any message", async () => {
  await using stage = await withServer();
  const { server, apiKey } = stage;
  const taskId = await stage.runningTask();
  const ids = { taskId, fileId: "x" };
  for (const name of ["poll", "accept", "heartbeat", "complete", "list", "upload"] as const) {
    for (const status of [200, 404, 502]) {
      const body = `your headers: Authorization: Bearer ${apiKey}`;
      server.faults.inject({ call: name, effect: effect.text(status, body) });
      assert.equal(await outcomeOf(callOf(name, stage, ids), [apiKey]), "outage maybe", name);
    }
  }
});

Deno.test("a redirect is named with both addresses and never followed", async () => {
  await using stage = await withServer();
  await using other = await withServer();
  stage.server.faults.inject({
    call: "poll",
    effect: effect.redirect(`${other.server.url}/x`, 307),
  });
  await assert.rejects(
    stage.client.poll({ currentLoad: 0, availableCapacity: 1 }, stage.signal),
    (error: Error) => {
      assert.ok(error.message.includes(`${other.server.url}/x`));
      assert.ok(error.message.includes(stage.server.url));
      return true;
    },
  );
  assert.deepEqual(other.server.requests, []);
});

Deno.test("nobody listens, no such host: an outage of which nothing was sent", async () => {
  await using stage = await withServer();
  const { server, serviceId, apiKey, signal } = stage;
  const budget = createBudget({ perMinute: Infinity });
  await server.pause();
  for (const baseUrl of [server.url, "http://no-such-host.invalid"]) {
    await using client = createServerClient({ baseUrl, serviceId, apiKey, budget });
    await assert.rejects(client.poll({ currentLoad: 0, availableCapacity: 1 }, signal), (error) => {
      assert.ok(error instanceof ServerError);
      assert.deepEqual([error.kind, error.code, error.sent], ["outage", "unreachable", "no"]);
      assert.ok(error.message.includes(baseUrl));
      return true;
    });
  }
});

Deno.test("a request whose answer is lost is not repeated behind the caller's back", async () => {
  await using stage = await withServer();
  const { server } = stage;
  for (const name of ["accept", "complete", "heartbeat", "poll", "upload"] as const) {
    const taskId = await stage.runningTask();
    server.faults.inject({ call: name, effect: effect.loseAnswer });
    const before = server.requests.length;
    const outcome = await outcomeOf(callOf(name, stage, { taskId, fileId: "" }), []);
    assert.equal(outcome, "outage maybe");
    assert.equal(server.requests.length, before + 1, name);
  }
});

Deno.test("the caller's signal ends every call, with the caller's reason", async () => {
  await using stage = await withServer();
  const { server } = stage;
  for (const name of ALL) {
    const taskId = await stage.runningTask([{ name: "in.txt", content: "12345" }]);
    const ids = { taskId, fileId: server.files(taskId)[0].id };
    const controller = new AbortController();
    server.faults.inject({ call: name, effect: effect.hang("start") });
    const off = server.onRequest((request) => {
      if (request.call === name && !request.ended) controller.abort("enough");
    });
    const call = callOf(name, { ...stage, signal: controller.signal }, ids);
    await assert.rejects(call(), (error) => error === "enough", name);
    off();
  }
});

Deno.test("429 is counted by the client's own budget", async () => {
  const budget = createBudget({ used: { times: [], ahead: 0 }, perMinute: 150 });
  await using stage = await withServer({}, { budget });
  stage.server.faults.inject({ call: "poll", effect: json(429) });
  const load = { currentLoad: 0, availableCapacity: 1 };
  await assert.rejects(stage.client.poll(load, stage.signal), /too many requests/);
  const controller = new AbortController();
  const waiting = stage.client.poll(load, controller.signal);
  assert.equal(budget.waiting, 1);
  controller.abort("over");
  await assert.rejects(waiting, (error) => error === "over");
});

Deno.test("after a sleep, calls on dead connections are broken off and go out anew", async () => {
  await using stage = await withServer();
  const { server, client, signal } = stage;
  server.faults.inject({ call: "poll", effect: effect.hang("start") });
  const hanging = outcomeOf(
    () => client.poll({ currentLoad: 0, availableCapacity: 1 }, signal),
    [],
  );
  const off = server.onRequest(({ call, ended }) => {
    if (call === "poll" && !ended) client.renewConnections();
  });
  assert.equal(await hanging, "outage maybe");
  off();
  assert.deepEqual(await client.poll({ currentLoad: 0, availableCapacity: 1 }, signal), {});
});
