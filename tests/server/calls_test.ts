import assert from "node:assert/strict";
import { createBudget, createServerClient, ServerError } from "../../src/server/mod.ts";
import { bytes, withServer } from "./with_server.ts";

const load = { currentLoad: 0, availableCapacity: 4 };

Deno.test("a task's whole way: poll, accept, download, upload, list, complete", async () => {
  await using stage = await withServer();
  const { server, client, serviceId, signal } = stage;
  assert.deepEqual(await client.poll(load, signal), {});
  const files = [{ name: '输入 "1".txt', content: "hello" }];
  const { id } = await server.submit({ serviceId, prompt: "go", outputPrompt: "short", files });
  const { task } = await client.poll(load, signal);
  assert.equal(task?.id, id);
  assert.equal(task?.parsed?.taskPrompt, "go");
  assert.equal(task?.parsed?.outputPrompt, "short");
  const [input] = task!.parsed!.inputFiles;
  assert.deepEqual([input.filename, input.sizeBytes], [files[0].name, 5]);
  assert.equal(await client.accept(id, signal), "accepted");
  assert.equal(await client.accept(id, signal), "not_pending");
  let text = "";
  const decoder = new TextDecoder();
  const size = await client.download(
    input,
    (chunk) => void (text += decoder.decode(chunk)),
    signal,
  );
  assert.deepEqual([size, text], [5, "hello"]);
  const name = 'output/结果 "a\\b".md';
  const upload = { taskId: id, name, size: 6, mimeType: "text/markdown", body: bytes("result") };
  const { fileId } = await client.upload(upload, signal);
  const listed = await client.listFiles(id, signal) ?? [];
  assert.deepEqual(listed.map((file) => [file.filename, file.sizeBytes, file.createdBy]), [
    [name, 6, "agent"],
    [files[0].name, 5, "client"],
  ]);
  assert.equal(stage.server.files(id).at(-1)?.mimeType, "text/markdown");
  assert.ok(await client.fileExists(fileId, signal));
  assert.equal(await client.fileExists("no-such-file", signal), false);
  const report = {
    taskId: id,
    status: "completed",
    output: { files: [name], stdout: "ok" },
    errorMessage: null,
    fileIds: [fileId],
  } as const;
  assert.equal(await client.complete(report, signal), "done");
  assert.equal(await client.complete(report, signal), "not_running");
  const ended = server.task(id)!;
  assert.equal(ended.status, "completed");
  assert.deepEqual(ended.output, { files: [name], stdout: "ok", file_ids: [fileId] });
  assert.equal(new TextDecoder().decode(await server.fileBytes(fileId)), "result");
});

Deno.test("a cancel comes by poll until it is reported", async () => {
  await using stage = await withServer();
  const { server, client, signal } = stage;
  const id = await stage.runningTask();
  server.cancel(id);
  assert.deepEqual(await client.poll(load, signal), { cancelTaskId: id });
  assert.deepEqual(await client.poll(load, signal), { cancelTaskId: id });
  const report = { taskId: id, status: "cancelled", output: null, errorMessage: null, fileIds: [] };
  assert.equal(await client.complete({ ...report, status: "cancelled" }, signal), "done");
  assert.deepEqual(await client.poll(load, signal), {});
});

Deno.test("a heartbeat's load is cut to what the Server takes", async () => {
  await using stage = await withServer();
  const { server, client, serviceId, signal } = stage;
  const beat = { status: "busy", currentLoad: 9, capacity: 4, availableCapacity: -2 } as const;
  await client.heartbeat(beat, signal);
  assert.deepEqual(
    [server.service(serviceId)?.currentLoad, server.service(serviceId)?.status],
    [4, "busy"],
  );
  await client.heartbeat({ ...beat, currentLoad: -1, capacity: 0, status: "offline" }, signal);
  assert.equal(server.service(serviceId)?.status, "offline");
});

Deno.test("an older Server: 204 for nothing, 409 for not pending, no session", async () => {
  await using stage = await withServer({ older: true });
  const { server, client, serviceId, signal } = stage;
  assert.deepEqual(await client.poll(load, signal), {});
  await server.submit({ serviceId, prompt: "go", sessionId: null });
  const { task } = await client.poll(load, signal);
  assert.equal(task?.parsed?.sessionId, null);
  assert.equal(await client.accept(task!.id!, signal), "accepted");
  assert.equal(await client.accept(task!.id!, signal), "not_pending");
});

Deno.test("a malformed task comes out with its id and the problem", async () => {
  await using stage = await withServer();
  const { server, client, serviceId, signal } = stage;
  const { id } = await server.submit({ serviceId, prompt: "x", rawInputFiles: [{ id: 7 }] });
  const { task } = await client.poll(load, signal);
  assert.equal(task?.id, id);
  assert.match(task!.problem!.en, /input_files\.0/);
});

Deno.test("a trailing slash of base_url does no harm; what cannot be a URL or a key is refused", async () => {
  await using stage = await withServer();
  const { server, serviceId, apiKey, signal } = stage;
  const budget = createBudget({ perMinute: Infinity });
  const options = { baseUrl: `${server.url}///`, serviceId, apiKey, budget };
  await using client = createServerClient(options);
  assert.deepEqual(await client.poll(load, signal), {});
  for (const baseUrl of ["", "server:8080", "ftp://x", "http://"]) {
    assert.throws(() => createServerClient({ ...options, baseUrl }), /base_url/);
  }
  assert.throws(() => createServerClient({ ...options, apiKey: "钥匙" }), (error: Error) => {
    return /api_key/.test(error.message) && !error.message.includes("钥匙");
  });
  assert.throws(() => createServerClient({ ...options, serviceId: "a b" }), /service_id/);
});

Deno.test("an id that would name another path is never sent", async () => {
  await using stage = await withServer();
  const { server, client, signal } = stage;
  const before = server.requests.length;
  for (const id of ["..", ".", "", "\ud800"]) {
    await assert.rejects(client.listFiles(id, signal), /cannot be part of a URL/);
    await assert.rejects(client.fileExists(id, signal), /cannot be part of a URL/);
  }
  assert.equal(server.requests.length, before);
  await assert.rejects(
    client.fileExists("../../../health", signal).then((there) => {
      assert.equal(there, false);
      throw new Error("answered as an unknown file");
    }),
    /answered as an unknown file/,
  );
});

Deno.test("wrong key, foreign service: the Server's own 401 and 403 are the credentials", async () => {
  await using stage = await withServer();
  const { server, serviceId, apiKey, signal } = stage;
  const other = server.createAgent("other");
  const budget = createBudget({ perMinute: Infinity });
  const options = { baseUrl: server.url, budget };
  for (
    const identity of [
      { serviceId, apiKey: "ak_agent_wrong" },
      { serviceId: other.serviceId, apiKey },
    ]
  ) {
    await using client = createServerClient({ ...options, ...identity });
    await assert.rejects(client.poll(load, signal), (error) => {
      assert.ok(error instanceof ServerError);
      assert.equal(error.kind, "credentials");
      assert.ok(!error.text.en.includes(identity.apiKey));
      return true;
    });
    assert.equal(client.connectivity.trouble?.kind, "credentials");
  }
});

Deno.test("the budget's permits are given back: connections too", async () => {
  await using stage = await withServer({ ratePerMinute: 150 }, {
    budget: createBudget({ used: { times: [], ahead: 0 }, perMinute: 150 }),
  });
  const { server, client, signal } = stage;
  for (let i = 0; i < 30; i++) await client.poll(load, signal);
  assert.equal(server.requests.filter(({ call }) => call === "poll").length, 30);
  assert.ok(server.requests.every(({ status }) => status === 200));
});

Deno.test("two uploads for one task wait for each other, those of two tasks do not", async () => {
  await using stage = await withServer();
  const { client, signal } = stage;
  const [first, second] = [await stage.runningTask(), await stage.runningTask()];
  const under = new Map<string, number>();
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const body = (taskId: string) => () => {
    under.set(taskId, (under.get(taskId) ?? 0) + 1);
    most = Math.max(most, under.get(taskId)!);
    if (under.size === 2) gate.resolve();
    return ReadableStream.from(async function* () {
      await gate.promise;
      yield new TextEncoder().encode("abc");
      under.set(taskId, under.get(taskId)! - 1);
    }());
  };
  const send = (taskId: string, name: string) =>
    client.upload({ taskId, name, size: 3, body: body(taskId) }, signal);
  const sent = [send(first, "a"), send(first, "b"), send(second, "c")];
  assert.equal(new Set((await Promise.all(sent)).map(({ fileId }) => fileId)).size, 3);
  assert.equal(most, 1);
});
