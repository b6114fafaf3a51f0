import assert from "node:assert/strict";
import { startDevServer } from "../../src/devserver/mod.ts";
import { effect } from "../support/effects.ts";
import { agentOf, read, withAgent } from "./support.ts";

Deno.test("accept whose answer is lost: asked again it is 400, and the task is running", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    server.faults.inject({ call: "accept", effect: effect.loseAnswer });
    await assert.rejects(agent.accept(id));
    assert.equal(server.task(id)?.status, "running");
    assert.equal((await agent.accept(id)).status, 400);
  });
});

Deno.test("complete whose answer is lost has ended the task: then complete 400, accept 400", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(id);
    server.faults.inject({ call: "complete", taskId: id, effect: effect.loseAnswer });
    await assert.rejects(agent.complete(id));
    assert.equal(server.task(id)?.status, "completed");
    assert.equal((await agent.complete(id)).status, 400);
    assert.equal((await agent.accept(id)).status, 400);
  });
});

Deno.test("register whose answer is lost has burned the token", async () => {
  await using server = await startDevServer();
  const { id, registrationToken } = server.createService("s");
  const init = {
    method: "POST",
    body: JSON.stringify({ registration_token: registrationToken, capacity: 1 }),
  };
  const url = `${server.url}/api/v1/agent/register`;
  server.faults.inject({ call: "register", effect: effect.loseAnswer });
  await assert.rejects(fetch(url, init));
  assert.equal(server.service(id)?.registered, true);
  assert.equal((await read(await fetch(url, init))).status, 404);
});

Deno.test("upload without an answer: the list tells, and its download answers", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    server.faults.inject({ call: "upload", taskId: id, effect: effect.loseAnswer });
    await assert.rejects(agent.upload(id, "a", "abc"));
    const [file] = (await agent.list(id)).json?.files as { id: string; size_bytes: number }[];
    assert.equal(file.size_bytes, 3);
    assert.equal((await agent.download(file.id)).text, "abc");
  });
});

Deno.test("an upload cut at the very end leaves a row whose download is 404", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    server.faults.inject({ call: "upload", effect: effect.cutAtUploadEnd });
    await assert.rejects(agent.upload(id, "a", "abc"));
    const [file] = (await agent.list(id)).json?.files as { id: string; size_bytes: number }[];
    assert.equal(file.size_bytes, 3);
    const download = await agent.download(file.id);
    assert.deepEqual([download.status, download.json?.error], [404, "NotFound"]);
    assert.equal(server.files(id)[0].stored, false);
    assert.equal((await agent.upload(id, "a", "abc")).status, 200);
  });
});

Deno.test("cut at the start or in the request: nothing was done", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    for (const taskId of [undefined, id]) {
      for (const cut of [effect.cutAtStart, effect.cutInRequest(3), effect.cutInRequest(1e6)]) {
        server.faults.inject({ call: ["accept", "upload"], taskId, effect: cut, times: 2 });
        await assert.rejects(agent.accept(id));
        await assert.rejects(agent.upload(id, "a", "x".repeat(300_000)));
      }
    }
    assert.equal(server.task(id)?.status, "pending");
    assert.deepEqual(server.files(id), []);
    assert.equal(server.faults.injected, 12);
  });
});

Deno.test("an answer that breaks off in the middle, of JSON and of a download", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name: "a", content: new Uint8Array(300_000) }],
    });
    server.faults.inject({ effect: effect.cutInAnswer(), times: 2 });
    await assert.rejects(agent.poll());
    await assert.rejects(agent.download(task.inputFileIds[0]));
    server.faults.inject({ call: "download", effect: effect.cutInAnswer(100_000) });
    const headers = { ...agent.headers, "accept-encoding": "identity" };
    const url = `${agent.files}/${task.inputFileIds[0]}/download`;
    const response = await fetch(url, { headers });
    let received = 0;
    await assert.rejects(async () => {
      for await (const bytes of response.body!) received += bytes.length;
    });
    assert.equal(received, 100_000);
  });
});

Deno.test("an answer of somebody else's, instead of the act or after it", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const say = (what: Parameters<typeof server.faults.inject>[0]["effect"]) =>
      server.faults.inject({ call: "accept", effect: what });
    say(effect.error(503, "Unavailable"));
    const error = await agent.accept(id);
    assert.deepEqual([error.status, error.json?.error], [503, "Unavailable"]);
    say(effect.page(200));
    assert.match((await agent.accept(id)).text, /<html>/);
    say(effect.text(404));
    assert.equal((await agent.accept(id)).json, undefined);
    say(effect.garbage());
    assert.equal((await agent.accept(id)).json, undefined);
    say(effect.redirect("http://127.0.0.1:1/"));
    const url = `${server.url}/api/v1/agent/${agent.serviceId}/accept`;
    const init = { method: "POST", headers: agent.headers, redirect: "manual" as const };
    assert.equal((await read(await fetch(url, init))).status, 302);
    assert.equal(server.task(id)?.status, "pending");
    say(effect.wrongShape({ success: 7 }, true));
    assert.deepEqual((await agent.accept(id)).json, { success: 7 });
    assert.equal(server.task(id)?.status, "running");
  });
});

Deno.test("an endless answer is read as long as the client likes", async () => {
  await withAgent({}, async (server, agent) => {
    async function* endless() {
      for (;;) yield new Uint8Array(10_000);
    }
    server.faults.inject({
      call: "download",
      effect: { kind: "answer", status: 200, body: () => endless() },
    });
    const response = await fetch(`${agent.files}/x/download`, { headers: agent.headers });
    const over = server.waitForRequest((request) => request.call === "download");
    let received = 0;
    for await (const bytes of response.body!) {
      received += bytes.length;
      if (received > 1_000_000) break;
    }
    assert.equal((await over).answered, false);
  });
});

Deno.test("a delay passes, a hang ends with the client or with the Server", async () => {
  await withAgent({ requestTimeoutMs: 50 }, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    server.faults.inject({ call: "accept", taskId: id, effect: effect.delay(150) });
    assert.equal((await agent.accept(id)).status, 200, "a slow network is not a slow Server");
    server.faults.inject({ effect: effect.hang("start"), times: 2 });
    const over = server.waitForRequest((request) => request.fault === "hang start");
    const url = `${server.url}/api/v1/agent/${agent.serviceId}/poll`;
    const init = { method: "POST", headers: agent.headers, signal: AbortSignal.timeout(80) };
    await assert.rejects(fetch(url, init));
    assert.equal((await over).answered, false);
    const begun = new Promise<void>((resolve) => {
      const end = server.onRequest(() => {
        end();
        resolve();
      });
    });
    const hanging = assert.rejects(agent.poll());
    await begun;
    await server.restart();
    await hanging;
    server.faults.inject({ call: "complete", effect: effect.hang("acted") });
    const completing = assert.rejects(agent.complete(id));
    await server.waitFor(id, "ended", { timeoutMs: 10_000 });
    await server.pause();
    await completing;
  });
});

Deno.test("a rule is for the nth fitting request and for so many; others are left alone", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const one = await server.submit({ serviceId, prompt: "1" });
    const two = await server.submit({ serviceId, prompt: "2" });
    server.faults.inject({ call: "poll", nth: 2, times: 2, effect: effect.error(500) });
    const seen = [];
    for (let count = 0; count < 5; count++) seen.push((await agent.poll()).status);
    assert.deepEqual(seen, [200, 500, 500, 200, 200]);
    const remove = server.faults.inject({ taskId: two.id, times: 99, effect: effect.error(500) });
    assert.equal((await agent.accept(one.id)).status, 200);
    assert.equal((await agent.accept(two.id)).status, 500);
    assert.equal((await agent.list(two.id)).status, 500);
    remove();
    assert.equal((await agent.accept(two.id)).status, 200);
    const other = agentOf(server, server.createAgent("other"));
    server.faults.inject({ when: (r) => r.serviceId !== serviceId, effect: effect.error(500) });
    assert.equal((await agent.poll()).status, 200);
    assert.equal((await other.poll()).status, 500);
  });
});

Deno.test("a faulty answer is no request for the Server's rate", async () => {
  await withAgent({ ratePerMinute: 1 }, async (server, agent) => {
    server.faults.inject({ effect: effect.page(502), times: 3 });
    for (let count = 0; count < 3; count++) assert.equal((await agent.poll()).status, 502);
    assert.equal((await agent.poll()).status, 200);
    assert.equal((await agent.poll()).status, 429);
  });
});
