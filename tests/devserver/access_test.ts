import assert from "node:assert/strict";
import { startDevServer } from "../../src/devserver/mod.ts";
import { agentHeaders, agentOf, raw, rawHead, read, withAgent } from "./support.ts";

const chinese = /\p{Script=Han}/u;

Deno.test("base_url works with its trailing slash removed; the Server itself has none", async () => {
  await withAgent({}, async (server) => {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await read(await fetch(`${server.url}/health`))).json?.status, "healthy");
  });
});

Deno.test("errors are {error, message} with a text in Chinese", async () => {
  await withAgent({}, async (_server, agent) => {
    const { status, json } = await agent.list("unknown");
    assert.equal(status, 404);
    assert.equal(json?.error, "NotFound");
    assert.match(String(json?.message), chinese);
  });
});

Deno.test("every call needs all three headers: else 401 Auth", async () => {
  await withAgent({}, async (server, agent) => {
    for (const missing of ["authorization", "x-api-key", "x-service-id"]) {
      const headers = { ...agentHeaders(agent) };
      delete headers[missing];
      const url = `${server.url}/api/v1/agent/${agent.serviceId}/poll`;
      const answer = await read(await fetch(url, { method: "POST", headers, body: "{}" }));
      assert.equal(answer.status, 401, missing);
      assert.equal(answer.json?.error, "Auth");
    }
  });
});

Deno.test("a wrong key, or an X-Service-ID that is not the key's, is 401 Auth", async () => {
  await withAgent({}, async (server, agent) => {
    const wrong = agentOf(server, { ...agent, apiKey: "ak_agent_wrong" });
    assert.equal((await wrong.poll()).json?.error, "Auth");
    const other = server.createAgent("other");
    const mixed = agentOf(server, { serviceId: other.serviceId, apiKey: agent.apiKey });
    const answer = await mixed.poll();
    assert.equal(answer.status, 401);
    assert.equal(answer.json?.error, "Auth");
  });
});

Deno.test("the right key with another service's id in the path is 403 Forbidden", async () => {
  await withAgent({}, async (server, agent) => {
    const other = server.createAgent("other");
    for (const call of ["poll", "accept", "heartbeat", "complete"]) {
      const url = `${server.url}/api/v1/agent/${other.serviceId}/${call}`;
      const init = { method: "POST", headers: agent.headers, body: "{}" };
      const answer = await read(await fetch(url, init));
      assert.equal(answer.status, 403, call);
      assert.equal(answer.json?.error, "Forbidden");
    }
  });
});

Deno.test("a body of the wrong shape is 422 with plain text", async () => {
  await withAgent({}, async (_server, agent) => {
    const bodies = { accept: { task_id: 7 }, heartbeat: { current_load: "1" }, complete: {} };
    for (const [call, body] of Object.entries(bodies)) {
      const answer = await agent.post(call, body);
      assert.equal(answer.status, 422, call);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
      assert.equal(answer.json, undefined);
    }
    assert.equal((await agent.post("accept", "{")).status, 422);
  });
});

Deno.test("150 requests a minute and agent key, of whatever kind; then 429 with Retry-After: 60", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.heartbeat();
    await agent.upload(task.id, "a", "a");
    await agent.download("unknown");
    await agent.list(task.id);
    for (let count = 4; count < 150; count++) assert.equal((await agent.poll()).status, 200);
    for (const refused of [await agent.poll(), await agent.heartbeat()]) {
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get("retry-after"), "60");
    }
    const other = agentOf(server, server.createAgent("other"));
    assert.equal((await other.poll()).status, 200, "another key has its own window");
  });
});

Deno.test("refused requests are not counted: service resumes as soon as the window slides", async () => {
  await withAgent({ ratePerMinute: 2, rateWindowMs: 400 }, async (_server, agent) => {
    const first = performance.now();
    await agent.poll();
    await agent.poll();
    let answer = await agent.poll();
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get("retry-after"), "60", "whatever the window really needs");
    while (answer.status === 429) answer = await agent.poll();
    assert.ok(performance.now() - first >= 390, "not before the window has slid");
    assert.equal(answer.status, 200);
  });
});

Deno.test("the Server remembers the minute before a restart of the agent, not before its own", async () => {
  await withAgent({ ratePerMinute: 1 }, async (server, agent) => {
    await agent.poll();
    const again = agentOf(server, { serviceId: agent.serviceId, apiKey: agent.apiKey });
    assert.equal((await again.poll()).status, 429);
    await server.restart();
    assert.equal((await again.poll()).status, 200);
  });
});

Deno.test("without a limit there is none", async () => {
  await using server = await startDevServer({ ratePerMinute: Infinity });
  const agent = agentOf(server, server.createAgent("a"));
  for (let count = 0; count < 200; count++) assert.equal((await agent.poll()).status, 200);
});

Deno.test("a path that leads nowhere is 404 without the Server's JSON, a wrong method 405", async () => {
  await withAgent({}, async (server, agent) => {
    const nowhere = await read(await fetch(`${server.url}/nowhere`));
    assert.deepEqual([nowhere.status, nowhere.text], [404, ""]);
    const url = `${server.url}/api/v1/agent/${agent.serviceId}/poll`;
    assert.equal((await read(await fetch(url, { headers: agent.headers }))).status, 405);
  });
});

Deno.test("a connection is kept for the next request, whatever was left of the last one's body", async () => {
  await withAgent({}, async (server, agent) => {
    const path = `/api/v1/agent/${agent.serviceId}/poll`;
    const head = { ...agentHeaders(agent), connection: "keep-alive", "content-length": 10_000 };
    const answers = await raw(server, [
      rawHead("POST", path, head),
      "x".repeat(10_000),
      rawHead("POST", path, { ...head, "x-api-key": "wrong" }),
      "x".repeat(10_000),
      rawHead("GET", "/health", {}),
    ]);
    const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
    assert.deepEqual(statuses, ["200", "401", "200"]);
  });
});

Deno.test("what is no HTTP/1.1 is refused, and harms nobody", async () => {
  await withAgent({}, async (server) => {
    for (
      const noise of ["\u0016\u0003\u0001 tls?\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"]
    ) {
      assert.match(await raw(server, [noise]), /^HTTP\/1\.1 400/);
    }
    assert.equal(await raw(server, ["x".repeat(70_000)]), "");
    assert.equal((await read(await fetch(`${server.url}/health`))).status, 200);
  });
});
