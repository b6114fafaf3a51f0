import assert from "node:assert/strict";
import { agentOf, raw, rawHead, read, statusOf, until, withAgent } from "./support.ts";

Deno.test("a request that takes too long is cut with 408, uploads included", async () => {
  await withAgent({ requestTimeoutMs: 150 }, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const begin = '--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n' + task.id +
      '\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc';
    const head = rawHead("POST", new URL(`${agent.files}/upload`).pathname, {
      ...agent.headers,
      "content-type": "multipart/form-data; boundary=b",
      "content-length": 1_000_000,
    });
    assert.equal(statusOf(await raw(server, [head, begin])), 408);
    assert.deepEqual(server.files(task.id), []);
    const slow = rawHead("POST", `/api/v1/agent/${agent.serviceId}/accept`, {
      ...agent.headers,
      "content-length": 100,
    });
    assert.equal(statusOf(await raw(server, [slow, "{"])), 408);
  });
});

Deno.test("a 408 comes across although the client is still sending", async () => {
  await withAgent({ requestTimeoutMs: 150, ratePerMinute: Infinity }, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const head = new TextEncoder().encode(
      `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${task.id}\r\n--b\r\n` +
        'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
    );
    let stopped = false;
    async function* endless() {
      yield head;
      while (!stopped) {
        yield new Uint8Array(1000);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    const headers = { ...agent.headers, "content-type": "multipart/form-data; boundary=b" };
    const body = ReadableStream.from(endless());
    const response = await fetch(`${agent.files}/upload`, { method: "POST", headers, body });
    stopped = true;
    assert.equal((await read(response)).status, 408);
  });
});

Deno.test("downloads are not cut", async () => {
  await withAgent({ requestTimeoutMs: 100 }, async (server, agent) => {
    const size = 30 * 1024 * 1024;
    const task = await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name: "a", content: new Uint8Array(size) }],
    });
    const url = `${agent.files}/${task.inputFileIds[0]}/download`;
    const response = await fetch(url, { headers: agent.headers });
    let received = 0;
    const started = performance.now();
    for await (const bytes of response.body!) {
      if (received === 0) await new Promise((resolve) => setTimeout(resolve, 300));
      received += bytes.length;
    }
    assert.equal(received, size);
    assert.ok(performance.now() - started > 200);
  });
});

const SILENT = { offlineAfterMs: 200, sweepEveryMs: 3_600_000 };

/** Makes all agents but those that speak afterwards silent for too long. */
async function grow(server: { set(k: { offlineAfterMs: number }): void }) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  server.set({ offlineAfterMs: 1 });
}

Deno.test("no heartbeat: the agent is marked offline, by a check in intervals", async () => {
  await withAgent({ offlineAfterMs: 100, sweepEveryMs: 20 }, async (server, agent) => {
    assert.equal(server.service(agent.serviceId)?.status, "online");
    await until(() => server.service(agent.serviceId)?.status === "offline");
  });
});

Deno.test("its running tasks go back to pending with retry_count + 1, cancelling ones become cancelled", async () => {
  await withAgent(SILENT, async (server, agent) => {
    const { serviceId } = agent;
    const running = await server.submit({ serviceId, prompt: "a" });
    const cancelling = await server.submit({ serviceId, prompt: "b" });
    const pending = await server.submit({ serviceId, prompt: "c" });
    await agent.accept(running.id);
    await agent.accept(cancelling.id);
    server.cancel(cancelling.id);
    await grow(server);
    server.sweep();
    const after = server.task(running.id);
    assert.deepEqual([after?.status, after?.retryCount, after?.startedAt], ["pending", 1, null]);
    assert.equal(server.task(cancelling.id)?.status, "cancelled");
    assert.deepEqual(server.task(pending.id)?.retryCount, 0);
  });
});

Deno.test("a task that was handed back three times is failed the next time", async () => {
  await withAgent(SILENT, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    for (let round = 1; round <= 4; round++) {
      server.set({ offlineAfterMs: 60_000 });
      await agent.heartbeat();
      assert.equal((await agent.accept(task.id)).status, 200);
      await grow(server);
      server.sweep();
      assert.equal(server.task(task.id)?.status, round < 4 ? "pending" : "failed");
    }
    assert.equal(server.task(task.id)?.retryCount, 3);
  });
});

Deno.test("only a heartbeat makes it online again: polls and accepts do not count", async () => {
  await withAgent(SILENT, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await grow(server);
    server.sweep();
    await agent.poll();
    await agent.accept(task.id);
    assert.equal(server.service(agent.serviceId)?.status, "offline");
    await agent.heartbeat();
    assert.equal(server.service(agent.serviceId)?.status, "online");
  });
});

Deno.test("a Server that was itself down for longer does this at its start", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(task.id);
    const { port } = server;
    await server.restart({ agedMs: 59_000 });
    assert.equal(server.task(task.id)?.status, "running");
    await server.restart({ agedMs: 2_000 });
    assert.equal(server.task(task.id)?.status, "pending");
    assert.equal(server.port, port);
  });
});

Deno.test("while it is down nobody is answered, and what it knows is kept", async () => {
  await withAgent({}, async (server, agent) => {
    await agent.poll();
    await server.pause();
    await assert.rejects(agent.poll());
    await server.start();
    assert.equal((await agent.poll()).status, 200);
  });
});

Deno.test("offline shows the agent as offline and leaves its tasks until another service times out", async () => {
  await withAgent(SILENT, async (server, agent) => {
    const task = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(task.id);
    await agent.heartbeat({ status: "offline" });
    assert.equal(server.service(agent.serviceId)?.status, "offline");
    await grow(server);
    server.sweep();
    assert.equal(server.task(task.id)?.status, "running");
    const other = agentOf(server, server.createAgent("other"));
    await other.heartbeat();
    await grow(server);
    server.sweep();
    assert.equal(server.task(task.id)?.status, "pending");
  });
});

Deno.test("a late heartbeat undoes an offline", async () => {
  await withAgent({}, async (server, agent) => {
    await agent.heartbeat({ status: "offline" });
    await agent.heartbeat();
    assert.equal(server.service(agent.serviceId)?.status, "online");
  });
});
