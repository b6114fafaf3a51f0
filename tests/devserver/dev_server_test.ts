import assert from "node:assert/strict";
import { startDevServer } from "../../src/devserver/mod.ts";
import { Failure } from "../../src/i18n/mod.ts";
import { createLogger } from "../../src/log/mod.ts";
import { agentOf, withAgent } from "./support.ts";

Deno.test("waitFor is told of every change, by status, by predicate, and gives up when told to", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const running = server.waitFor(id, "running");
    const ended = server.waitFor(id, "ended");
    const third = server.waitFor(id, (task) => task.history.length === 3);
    await agent.accept(id);
    assert.equal((await running).status, "running");
    await agent.complete(id, { status: "failed", error_message: "x" });
    assert.equal((await ended).errorMessage, "x");
    assert.equal((await third).status, "failed");
    assert.equal((await server.waitFor(id, "failed")).status, "failed", "at once");
    await assert.rejects(server.waitFor(id, "pending", { timeoutMs: 5 }), /failed by now/);
    const stop = new AbortController();
    const waiting = assert.rejects(
      server.waitFor(id, "pending", { signal: stop.signal }),
      /enough/,
    );
    stop.abort(new Error("enough"));
    await waiting;
  });
});

Deno.test("requests are recorded: call, task, file, status, and what was injected", async () => {
  await withAgent({ rememberRequests: 10 }, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const phases: [string, boolean][] = [];
    const end = server.onRequest((request) => phases.push([request.call, request.ended]));
    await agent.accept(id);
    const over = server.waitForRequest((request) => request.call === "upload");
    await agent.upload(id, "a", "x");
    assert.equal((await over).status, 200);
    end();
    assert.deepEqual(phases.slice(0, 3), [["accept", false], ["accept", true], ["upload", false]]);
    const [accept] = server.requests;
    assert.deepEqual(
      [accept.method, accept.call, accept.serviceId, accept.taskId, accept.status, accept.answered],
      ["POST", "accept", agent.serviceId, id, 200, true],
    );
    for (let count = 0; count < 30; count++) await agent.poll();
    assert.ok(server.requests.length <= 10);
  });
});

Deno.test("a backup that is restored: what came later never happened", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const before = await server.submit({
      serviceId,
      prompt: "p",
      files: [{ name: "a", content: "abc" }],
    });
    await agent.accept(before.id);
    const backup = server.snapshot();
    await agent.upload(before.id, "late", "x");
    await agent.complete(before.id);
    const after = await server.submit({ serviceId, prompt: "later" });
    server.restore(backup);
    assert.equal(server.task(before.id)?.status, "running");
    assert.equal(server.task(after.id), undefined);
    assert.deepEqual(server.files(before.id).map((file) => file.name), ["a"]);
    assert.equal((await agent.download(before.inputFileIds[0])).text, "abc");
    assert.equal((await agent.complete(before.id)).status, 200);
  });
});

Deno.test("another Server can go on from a backup, with the files where they were", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const first = await startDevServer({ dataDir });
    const agent = first.createAgent("a");
    const task = await first.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name: "a", content: "abc" }],
    });
    const restore = first.snapshot();
    await first.stop();
    await using second = await startDevServer({ dataDir, restore });
    const again = agentOf(second, agent);
    assert.equal((await again.download(task.inputFileIds[0])).text, "abc");
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("its own folder is gone after stop; stopping twice is fine", async () => {
  const server = await startDevServer();
  await Deno.stat(server.dataDir);
  await server.stop();
  await server.stop();
  await assert.rejects(Deno.stat(server.dataDir), Deno.errors.NotFound);
});

Deno.test("a port that is taken is said so", async () => {
  await using server = await startDevServer();
  const { port } = server;
  await assert.rejects(startDevServer({ port }), (error: unknown) => {
    assert.ok(error instanceof Failure);
    assert.match(error.text.zh, new RegExp(`${port}`));
    return true;
  });
});

Deno.test("the log tells of tasks and requests, and never a key", async () => {
  const lines: string[] = [];
  const log = createLogger({ lang: "en", level: "debug", write: (line) => lines.push(line) });
  await withAgent({ log }, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(id);
    await server.stop();
    const text = lines.join("");
    assert.match(text, new RegExp(`Task ${id}: running`));
    assert.match(text, /accept was answered with 200/);
    assert.ok(!text.includes(agent.apiKey));
  });
});

Deno.test("submit says what cannot be; a claimed size and forced ids are kept", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    await assert.rejects(server.submit({ serviceId: "unknown", prompt: "p" }), /unknown/);
    const content = ReadableStream.from([new Uint8Array(10), new Uint8Array(5)]);
    const task = await server.submit({
      serviceId,
      prompt: "p",
      id: "one",
      files: [{ id: "../f", name: "a", content, claimedSize: 3 }],
    });
    await assert.rejects(server.submit({ serviceId, prompt: "p", id: "one" }), /taken/);
    const { input_files } = (await agent.poll()).json?.task as { input_files: unknown[] };
    assert.deepEqual(input_files, [
      { id: "../f", filename: "a", mime_type: null, size_bytes: 3 },
    ]);
    assert.equal((await agent.download("../f")).text.length, 15);
    assert.equal(server.files(task.id)[0].sizeBytes, 15);
  });
});

Deno.test("a restart waits for its port while an outgoing connection has got it", async () => {
  await using server = await startDevServer();
  await server.pause();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: server.port });
  const restarted = server.restart();
  restarted.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  taken.close();
  await restarted;
  const answer = await fetch(`${server.url}/status`);
  await answer.body?.cancel();
  assert.ok(answer.ok);
});
