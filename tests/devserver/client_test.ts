import assert from "node:assert/strict";
import { type DevServer, startDevServer } from "../../src/devserver/mod.ts";
import { agentOf, read, withAgent } from "./support.ts";

function clientOf(server: DevServer, apiKey: string) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const call = async (method: string, path: string, body?: string | FormData) =>
    await read(await fetch(`${server.url}/api/v1/client${path}`, { method, headers, body }));
  return {
    get: (path: string) => call("GET", path),
    post: (path: string, body?: unknown) =>
      call("POST", path, body instanceof FormData ? body : JSON.stringify(body)),
  };
}

Deno.test("a whole life: services, register, task with files, agent, result, as with curl", async () => {
  await using server = await startDevServer();
  const admin = { authorization: `Bearer ${server.adminKey}` };
  const created = await read(
    await fetch(`${server.url}/api/v1/services`, {
      method: "POST",
      headers: admin,
      body: JSON.stringify({ name: "s", description: "d", usage: "u" }),
    }),
  );
  const { id: serviceId, registration_token: token } = created.json as Record<string, string>;
  const registered = await read(
    await fetch(`${server.url}/api/v1/agent/register`, {
      method: "POST",
      body: JSON.stringify({ registration_token: token, capacity: 3 }),
    }),
  );
  const agent = agentOf(server, { serviceId, apiKey: String(registered.json?.api_key) });
  const account = await read(
    await fetch(`${server.url}/api/v1/client/auth/register`, {
      method: "POST",
      body: JSON.stringify({ name: "me" }),
    }),
  );
  assert.match(String(account.json?.api_key), /^ak_client_/);
  assert.deepEqual(Object.keys(account.json!), ["id", "name", "api_key", "role", "created_at"]);
  const client = clientOf(server, String(account.json?.api_key));

  const form = new FormData();
  form.append("service_id", serviceId);
  form.append("task_prompt", "做什么");
  form.append("output_prompt", "");
  form.append("files", new Blob(["1"], { type: "text/plain" }), "一 个.txt");
  form.append("files", new Blob(["22"]), "一 个.txt");
  const task = (await client.post("/tasks", form)).json!;
  const taskId = String(task.id);
  const input = task.input as Record<string, unknown>;
  assert.deepEqual(Object.keys(task), [
    "id",
    "service_id",
    "status",
    "input",
    "output",
    "error_message",
    "session_id",
    "retry_count",
    "created_at",
    "assigned_at",
    "started_at",
    "completed_at",
  ]);
  assert.deepEqual([input.task_prompt, input.output_prompt], ["做什么", ""]);
  assert.equal((input.input_files as string[]).length, 2);

  await agent.accept(taskId);
  const load = (await client.get(`/services/${serviceId}/load`)).json!;
  assert.deepEqual(
    [load.capacity, load.current_load, load.available_slots, load.pending_tasks],
    [3, 1, 2, 0],
  );
  assert.deepEqual([load.running_tasks, load.agent_status], [1, "online"]);
  assert.ok(Date.parse(String(load.last_heartbeat)) > 0);
  const { file_id } = (await agent.upload(taskId, "output/a.md", "# done")).json!;
  await agent.complete(taskId, { output: { stdout: "s" }, file_ids: [file_id] });

  const done = (await client.get(`/tasks/${taskId}`)).json!;
  assert.deepEqual(
    [done.status, done.output],
    ["completed", { stdout: "s", file_ids: [file_id] }],
  );
  const listed = (await client.get(`/files/list/${taskId}`)).json?.files as { filename: string }[];
  assert.deepEqual(listed.map((file) => file.filename), ["output/a.md", "一 个.txt", "一 个.txt"]);
  assert.equal((await client.get(`/files/${file_id}/download`)).text, "# done");
  const tasks = (await client.get("/tasks")).json as unknown as { id: string }[];
  assert.deepEqual(tasks.map(({ id }) => id), [taskId]);
});

Deno.test("POST /services needs the admin key; /health needs none", async () => {
  await using server = await startDevServer({ adminKey: "ak_admin_x" });
  assert.equal(server.adminKey, "ak_admin_x");
  const init = { method: "POST", body: JSON.stringify({ name: "s" }) };
  assert.equal((await read(await fetch(`${server.url}/api/v1/services`, init))).status, 401);
  assert.deepEqual((await read(await fetch(`${server.url}/health`))).json, { status: "healthy" });
});

Deno.test("services and their usage; a client's key is needed", async () => {
  await withAgent({}, async (server, agent) => {
    const client = clientOf(server, server.createClient("me").apiKey);
    const services = (await client.get("/services")).json as unknown as Record<string, unknown>[];
    assert.deepEqual([services[0].id, services[0].name], [agent.serviceId, "first"]);
    assert.equal((await client.get(`/services/${agent.serviceId}/usage`)).status, 200);
    assert.equal((await client.get("/services/unknown/usage")).status, 404);
    assert.equal((await clientOf(server, "wrong").get("/services")).json?.error, "Auth");
  });
});

Deno.test("a task as JSON: output_prompt may be empty but must be there", async () => {
  await withAgent({}, async (server, agent) => {
    const client = clientOf(server, server.createClient("me").apiKey);
    const task = { service_id: agent.serviceId, task_prompt: "p", output_prompt: "" };
    const made = await client.post("/tasks", task);
    assert.deepEqual([made.status, made.json?.status], [200, "pending"]);
    assert.ok(made.json?.session_id, "made up when none was given");
    const own = await client.post("/tasks", { ...task, session_id: "my-session" });
    assert.equal(own.json?.session_id, "my-session");
    assert.equal((await client.post("/tasks", { ...task, output_prompt: undefined })).status, 422);
    assert.equal((await client.post("/tasks", { ...task, service_id: "unknown" })).status, 400);
  });
});

Deno.test("names of files may hold no /, \\ or .. and 255 bytes at most", async () => {
  await withAgent({}, async (server, agent) => {
    const client = clientOf(server, server.createClient("me").apiKey);
    const send = async (name: string) => {
      const form = new FormData();
      form.append("files", new Blob(["x"]), name);
      form.append("service_id", agent.serviceId);
      form.append("task_prompt", "p");
      form.append("output_prompt", "");
      return (await client.post("/tasks", form)).status;
    };
    for (const name of ["a/b", "a\\b", "..", "a..b", "x".repeat(256), "好".repeat(86)]) {
      assert.equal(await send(name), 400, name);
    }
    assert.equal(await send("x".repeat(255)), 200);
    assert.equal(await send(`"quoted" ; 好.txt`), 200);
  });
});

Deno.test("cancel: a pending task at once, a running one when its agent says so, an ended one not", async () => {
  await withAgent({}, async (server, agent) => {
    const client = clientOf(server, server.createClient("me").apiKey);
    const body = { service_id: agent.serviceId, task_prompt: "p", output_prompt: "" };
    const pending = String((await client.post("/tasks", body)).json?.id);
    assert.equal((await client.post(`/tasks/${pending}/cancel`)).json?.status, "cancelled");
    assert.equal((await client.post(`/tasks/${pending}/cancel`)).status, 400);
    const running = String((await client.post("/tasks", body)).json?.id);
    await agent.accept(running);
    assert.equal((await client.post(`/tasks/${running}/cancel`)).json?.status, "cancelling");
    assert.equal((await agent.poll()).json?.cancel_task_id, running);
    await agent.complete(running, { status: "cancelled" });
    assert.equal((await client.get(`/tasks/${running}`)).json?.status, "cancelled");
  });
});

Deno.test("another client's tasks and files are nobody's business", async () => {
  await withAgent({}, async (server, agent) => {
    const client = clientOf(server, server.createClient("me").apiKey);
    const other = clientOf(server, server.createClient("you").apiKey);
    const body = { service_id: agent.serviceId, task_prompt: "p", output_prompt: "" };
    const id = String((await client.post("/tasks", body)).json?.id);
    const file = (await agent.upload(id, "a", "secret")).json?.file_id;
    for (const path of [`/tasks/${id}`, `/files/list/${id}`, `/files/${file}/download`]) {
      assert.equal((await other.get(path)).status, 403, path);
    }
    assert.equal((await other.get("/tasks/unknown")).status, 404);
    assert.deepEqual((await other.get("/tasks")).json, []);
  });
});

Deno.test("a limit of its own: 100 requests a minute", async () => {
  await withAgent({}, async (server, agent) => {
    const client = clientOf(server, server.createClient("me").apiKey);
    for (let count = 0; count < 100; count++) {
      assert.equal((await client.get("/services")).status, 200);
    }
    assert.equal((await client.get("/services")).status, 429);
    assert.equal((await agent.poll()).status, 200);
  });
});
