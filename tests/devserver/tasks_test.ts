import assert from "node:assert/strict";
import { type DevServer, startDevServer } from "../../src/devserver/mod.ts";
import { agentOf, read, withAgent } from "./support.ts";

async function register(server: DevServer, body: unknown) {
  const url = `${server.url}/api/v1/agent/register`;
  return await read(await fetch(url, { method: "POST", body: JSON.stringify(body) }));
}

Deno.test("register answers the service's own name and a key that works", async () => {
  await using server = await startDevServer();
  const { id, registrationToken } = server.createService("天气服务");
  assert.match(registrationToken, /^rt_/);
  const { status, json } = await register(server, {
    registration_token: registrationToken,
    capacity: 2,
  });
  assert.equal(status, 200);
  const { service_id, name, api_key, status: online, created_at } = json!;
  assert.deepEqual([service_id, name, online], [id, "天气服务", "online"]);
  assert.match(String(api_key), /^ak_agent_/);
  assert.ok(Date.parse(String(created_at)) > 0);
  assert.equal(server.service(id)?.capacity, 2);
  const agent = agentOf(server, { serviceId: id, apiKey: String(api_key) });
  assert.equal((await agent.poll()).status, 200);
});

Deno.test("a wrong token is 404, and so is one that was used: nobody can tell them apart", async () => {
  await using server = await startDevServer();
  const { registrationToken } = server.createService("s");
  const body = { registration_token: registrationToken, capacity: 1 };
  assert.equal((await register(server, body)).status, 200);
  const used = await register(server, body);
  const wrong = await register(server, { ...body, registration_token: "rt_wrong" });
  assert.deepEqual([used.status, used.json], [wrong.status, wrong.json]);
  assert.deepEqual([used.status, used.json?.error], [404, "NotFound"]);
  assert.equal((await register(server, { capacity: 1 })).status, 422);
});

Deno.test("an older Server says 409 for a used token and 403 for a revoked service", async () => {
  await using server = await startDevServer({ older: true });
  const { registrationToken } = server.createService("s");
  const body = { registration_token: registrationToken, capacity: 1 };
  await register(server, body);
  assert.equal((await register(server, body)).status, 409);
  const revoked = server.createService("r");
  server.revoke(revoked.id);
  const answer = await register(server, { ...body, registration_token: revoked.registrationToken });
  assert.equal(answer.status, 403);
});

Deno.test("poll answers at once when there is nothing", async () => {
  await withAgent({}, async (_server, agent) => {
    const { status, json } = await agent.poll();
    assert.equal(status, 200);
    assert.deepEqual(json, {
      has_task: false,
      task: null,
      should_cancel: false,
      cancel_task_id: null,
    });
  });
});

Deno.test("poll does not look at its body", async () => {
  await withAgent({}, async (_server, agent) => {
    assert.equal((await agent.post("poll", "nonsense")).status, 200);
    assert.equal((await agent.post("poll", { current_load: 99, x: "x".repeat(9e5) })).status, 200);
    assert.equal((await agent.poll()).status, 200);
  });
});

Deno.test("poll hands out the oldest pending task, the same one until it is accepted", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const first = await server.submit({
      serviceId,
      prompt: "做什么",
      files: [
        { name: "b.txt", content: "hello", mimeType: "text/plain" },
        { name: "a", content: new Uint8Array(3) },
      ],
    });
    const second = await server.submit({ serviceId, prompt: "2", outputPrompt: "as JSON" });
    const { json } = await agent.poll();
    assert.deepEqual(json?.task, {
      id: first.id,
      task_prompt: "做什么",
      output_prompt: null,
      session_id: first.sessionId,
      input_files: [
        { id: first.inputFileIds[0], filename: "b.txt", mime_type: "text/plain", size_bytes: 5 },
        { id: first.inputFileIds[1], filename: "a", mime_type: null, size_bytes: 3 },
      ],
    });
    assert.ok(first.sessionId, "one is made up");
    assert.deepEqual((await agent.poll()).json, json);
    await agent.accept(first.id);
    const next = (await agent.poll()).json?.task as Record<string, unknown>;
    assert.deepEqual([next.id, next.output_prompt], [second.id, "as JSON"]);
  });
});

Deno.test("a cancel hides everything else, again and again, until that task is completed", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const tasks = [];
    for (const prompt of ["1", "2", "3"]) tasks.push(await server.submit({ serviceId, prompt }));
    await agent.accept(tasks[0].id);
    await agent.accept(tasks[1].id);
    server.cancel(tasks[0].id);
    server.cancel(tasks[1].id);
    for (let count = 0; count < 3; count++) {
      assert.deepEqual((await agent.poll()).json, {
        has_task: false,
        task: null,
        should_cancel: true,
        cancel_task_id: tasks[0].id,
      });
    }
    await agent.complete(tasks[0].id, { status: "completed" });
    assert.equal((await agent.poll()).json?.cancel_task_id, tasks[1].id);
    await agent.complete(tasks[1].id, { status: "cancelled" });
    assert.equal((await agent.poll()).json?.has_task, true);
  });
});

Deno.test("a task that was handed back stands where it stood: older strangers come first", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const older = await server.submit({ serviceId, prompt: "older" });
    const own = await server.submit({ serviceId, prompt: "own" });
    await agent.accept(own.id);
    await server.restart({ agedMs: 61_000 });
    const task = (await agent.poll()).json?.task as Record<string, unknown>;
    assert.equal(task.id, older.id);
    assert.equal((await agent.accept(own.id)).status, 200, "taken back by its id");
  });
});

Deno.test("an older Server: 204 for nothing, no session_id, no input_files, accept 409", async () => {
  await withAgent({ older: true }, async (server, agent) => {
    const nothing = await agent.poll();
    assert.deepEqual([nothing.status, nothing.text], [204, ""]);
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const task = (await agent.poll()).json?.task;
    assert.deepEqual(task, { id, task_prompt: "p", output_prompt: null });
    assert.equal((await agent.accept("unknown")).status, 409);
  });
});

Deno.test("a task may have any id, any session and any nonsense as input files", async () => {
  await withAgent({}, async (server, agent) => {
    const id = "../../etc/\u0000/" + "x".repeat(300);
    await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      id,
      sessionId: null,
      rawInputFiles: { not: "a list" },
    });
    const task = (await agent.poll()).json?.task as Record<string, unknown>;
    assert.deepEqual([task.id, task.session_id], [id, null]);
    assert.deepEqual(task.input_files, { not: "a list" });
    assert.equal((await agent.accept(id)).status, 200);
    assert.equal((await agent.list(id)).status, 200);
    assert.equal((await agent.complete(id, { status: "failed" })).status, 200);
  });
});

Deno.test("accept: running and yours", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    const { status, json } = await agent.accept(id);
    assert.equal(status, 200);
    assert.deepEqual([json?.success, json?.task_id, typeof json?.message], [true, id, "string"]);
    const task = server.task(id);
    assert.equal(task?.status, "running");
    assert.ok(task?.assignedAt && task.startedAt);
  });
});

Deno.test("accept: 400 when it is not pending – running, cancelled, ended, unknown, another's", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const running = await server.submit({ serviceId, prompt: "r" });
    await agent.accept(running.id);
    const cancelled = await server.submit({ serviceId, prompt: "c" });
    server.cancel(cancelled.id);
    const other = server.createAgent("other");
    const strange = await server.submit({ serviceId: other.serviceId, prompt: "s" });
    for (const id of [running.id, cancelled.id, strange.id, "unknown"]) {
      const { status, json } = await agent.accept(id);
      assert.deepEqual([status, json?.error], [400, "BadRequest"]);
    }
    await agent.complete(running.id);
    assert.equal((await agent.accept(running.id)).status, 400);
    assert.equal(server.task(strange.id)?.status, "pending");
  });
});

Deno.test("heartbeat: acknowledged, with what it says", async () => {
  await withAgent({}, async (server, agent) => {
    const { status, json } = await agent.heartbeat({ current_load: 1, capacity: 4 });
    assert.equal(status, 200);
    assert.deepEqual([json?.acknowledged, json?.service_id], [true, agent.serviceId]);
    assert.ok(Date.parse(String(json?.timestamp)) > 0);
    const service = server.service(agent.serviceId);
    assert.deepEqual([service?.currentLoad, service?.capacity], [1, 4]);
  });
});

Deno.test("heartbeat: 400 if load < 0, capacity <= 0, load > capacity or an unknown status", async () => {
  await withAgent({}, async (_server, agent) => {
    const bad = [
      { current_load: -1 },
      { capacity: 0, current_load: 0 },
      { capacity: -1, current_load: 0 },
      { capacity: 2, current_load: 3 },
      { status: "asleep" },
    ];
    for (const over of bad) {
      assert.equal((await agent.heartbeat(over)).status, 400, JSON.stringify(over));
    }
  });
});

Deno.test("busy when load >= capacity", async () => {
  await withAgent({}, async (server, agent) => {
    await agent.heartbeat({ status: "busy", current_load: 2, capacity: 2 });
    assert.equal(server.service(agent.serviceId)?.status, "busy");
    await agent.heartbeat({ status: "online", current_load: 2, capacity: 2 });
    assert.equal(server.service(agent.serviceId)?.status, "busy");
    await agent.heartbeat();
    assert.equal(server.service(agent.serviceId)?.status, "online");
  });
});

Deno.test("complete: the Server puts file_ids into output and keeps every other key", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const { id } = await server.submit({ serviceId, prompt: "p" });
    await agent.accept(id);
    const output = { files: ["output/a.csv"], stdout: "…", other: { kept: 1 } };
    const { status, json } = await agent.complete(id, { output, file_ids: ["f1"] });
    assert.equal(status, 200);
    assert.deepEqual(json, { success: true, task_id: id, status: "completed" });
    assert.deepEqual(server.task(id)?.output, { ...output, file_ids: ["f1"] });
    const none = await server.submit({ serviceId, prompt: "p" });
    await agent.accept(none.id);
    await agent.complete(none.id, { status: "failed", error_message: "broken" });
    const task = server.task(none.id);
    assert.deepEqual([task?.status, task?.output, task?.errorMessage], ["failed", null, "broken"]);
    assert.deepEqual(task?.history.map((entry) => entry.status), ["pending", "running", "failed"]);
  });
});

Deno.test("complete: 422 for a status outside the three", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(id);
    assert.equal((await agent.complete(id, { status: "lost" })).status, 422);
    assert.equal(server.task(id)?.status, "running");
  });
});

Deno.test("complete: 400 when it is neither running nor cancelling – ended, handed back, unknown", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const ended = await server.submit({ serviceId, prompt: "p" });
    await agent.accept(ended.id);
    await agent.complete(ended.id);
    const back = await server.submit({ serviceId, prompt: "p" });
    for (const id of [ended.id, back.id, "unknown"]) {
      const { status, json } = await agent.complete(id);
      assert.deepEqual([status, json?.error], [400, "BadRequest"]);
    }
  });
});

Deno.test("after a 400 of complete: accept is 200 for one that was handed back, 400 for an ended one", async () => {
  await withAgent({}, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(id);
    await server.restart({ agedMs: 61_000 });
    assert.equal((await agent.complete(id)).status, 400);
    assert.equal((await agent.accept(id)).status, 200);
    assert.equal((await agent.complete(id)).status, 200);
    assert.equal((await agent.complete(id)).status, 400);
    assert.equal((await agent.accept(id)).status, 400);
  });
});

Deno.test("a body above the Server's limit is 413", async () => {
  await withAgent({ maxBodyBytes: 1000 }, async (server, agent) => {
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "p" });
    await agent.accept(id);
    const answer = await agent.complete(id, { output: { stdout: "x".repeat(2_000_000) } });
    assert.equal(answer.status, 413);
    assert.equal(answer.json, undefined);
  });
});

Deno.test("a user cancels a pending task at once, a running one becomes cancelling", async () => {
  await withAgent({}, async (server, agent) => {
    const { serviceId } = agent;
    const pending = await server.submit({ serviceId, prompt: "p" });
    assert.equal(server.cancel(pending.id)?.status, "cancelled");
    const running = await server.submit({ serviceId, prompt: "p" });
    await agent.accept(running.id);
    assert.equal(server.cancel(running.id)?.status, "cancelling");
    await agent.complete(running.id, { status: "cancelled" });
    assert.equal(server.cancel(running.id)?.status, "cancelled");
  });
});
