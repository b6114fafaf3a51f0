import assert from "node:assert/strict";
import {
  type Agent,
  agentOf,
  raw,
  rawHead,
  rawUpload,
  read,
  statusOf,
  until,
  withAgent,
} from "./support.ts";
import type { DevServer } from "../../src/devserver/mod.ts";

const submit = (server: DevServer, agent: Agent) =>
  server.submit({ serviceId: agent.serviceId, prompt: "p" });

function names(server: DevServer, taskId: string): string[] {
  return server.files(taskId).map((file) => file.name);
}

Deno.test("download: the bytes, chunked, without Content-Length, with the file's type and the client's name", async () => {
  await withAgent({}, async (server, agent) => {
    const name = `../../a "b" \\ 报告.txt`;
    const task = await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name, content: "hello", mimeType: "text/markdown" }],
    });
    const path = new URL(`${agent.files}/${task.inputFileIds[0]}/download`).pathname;
    const answer = await raw(server, [
      rawHead("GET", path, { ...agent.headers, "accept-encoding": "identity" }),
    ]);
    assert.equal(statusOf(answer), 200);
    assert.match(answer, /transfer-encoding: chunked/i);
    assert.doesNotMatch(answer, /content-length|content-encoding/i);
    assert.match(answer, /content-type: text\/markdown/i);
    assert.ok(answer.includes(`content-disposition: attachment; filename="${name}"`), answer);
    assert.ok(answer.endsWith("5\r\nhello\r\n0\r\n\r\n"), answer);
  });
});

Deno.test("download: gzipped if asked", async () => {
  await withAgent({}, async (server, agent) => {
    const content = "hello ".repeat(50_000);
    const task = await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name: "a", content }],
    });
    const url = `${agent.files}/${task.inputFileIds[0]}/download`;
    const answer = await raw(server, [
      rawHead("GET", new URL(url).pathname, { ...agent.headers, "accept-encoding": "br, gzip" }),
    ]);
    assert.match(answer, /content-encoding: gzip/i);
    assert.ok(answer.length < 20_000);
    assert.equal(await (await fetch(url, { headers: agent.headers })).text(), content);
  });
});

Deno.test("download: 404 unknown, 403 another service's; empty and binary files come whole", async () => {
  await withAgent({}, async (server, agent) => {
    const other = agentOf(server, server.createAgent("other"));
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const task = await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name: "empty", content: "" }, { name: "binary", content: bytes }],
    });
    assert.equal((await agent.download("unknown")).json?.error, "NotFound");
    assert.equal((await other.download(task.inputFileIds[0])).status, 403);
    assert.equal((await agent.download(task.inputFileIds[0])).text, "");
    const url = `${agent.files}/${task.inputFileIds[1]}/download`;
    const headers = { ...agent.headers, "accept-encoding": "identity" };
    assert.deepEqual(await (await fetch(url, { headers })).bytes(), bytes);
  });
});

Deno.test("list: inputs and what was uploaded so far, newest first; 404 unknown task, 403 another's", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await server.submit({
      serviceId: agent.serviceId,
      prompt: "p",
      files: [{ name: "in", content: "12", mimeType: "text/plain" }],
    });
    const uploaded = await agent.upload(task.id, "output/a.csv", "abc", "text/csv");
    const { status, json } = await agent.list(task.id);
    assert.equal(status, 200);
    const files = json?.files as Record<string, unknown>[];
    assert.ok(files.every((file) => Date.parse(String(file.created_at)) > 0));
    assert.deepEqual(files.map(({ created_at: _, ...file }) => file), [
      {
        id: uploaded.json?.file_id,
        task_id: task.id,
        filename: "output/a.csv",
        mime_type: "text/csv",
        size_bytes: 3,
        created_by: "agent",
      },
      {
        id: task.inputFileIds[0],
        task_id: task.id,
        filename: "in",
        mime_type: "text/plain",
        size_bytes: 2,
        created_by: "client",
      },
    ]);
    assert.equal((await agent.list("unknown")).status, 404);
    const other = agentOf(server, server.createAgent("other"));
    assert.equal((await other.list(task.id)).status, 403);
  });
});

Deno.test("upload: answers what it stored, a relative path as the name included", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const { status, json } = await agent.upload(task.id, "output/response.md", "# 好", "text/html");
    assert.equal(status, 200);
    const { file_id, created_at, ...rest } = json!;
    assert.deepEqual(rest, {
      filename: "output/response.md",
      mime_type: "text/html",
      size_bytes: 5,
    });
    assert.ok(Date.parse(String(created_at)) > 0);
    assert.equal((await agent.download(String(file_id))).text, "# 好");
    assert.equal(new TextDecoder().decode(await server.fileBytes(String(file_id))), "# 好");
  });
});

Deno.test("upload: task_id first, then file; the other order is 400, and so is one without either", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const send = async (fields: [string, string | Blob][]) => {
      const form = new FormData();
      for (const [name, value] of fields) form.append(name, value);
      const init = { method: "POST", headers: agent.headers, body: form };
      return await read(await fetch(`${agent.files}/upload`, init));
    };
    const file = new Blob(["x"]);
    assert.equal((await send([["file", file], ["task_id", task.id]])).status, 400);
    assert.equal((await send([["task_id", task.id]])).status, 400);
    assert.equal((await send([["other", "x"]])).status, 400);
    const fine = await send([["other", "x"], ["task_id", task.id], ["x", "y"], ["file", file]]);
    assert.equal(fine.status, 200);
    const body = { method: "POST", headers: agent.headers, body: "{}" };
    assert.equal((await read(await fetch(`${agent.files}/upload`, body))).status, 400);
    assert.equal(server.files(task.id).length, 1);
  });
});

Deno.test("upload: 400 above the size limit, 404 unknown task, 403 another service's", async () => {
  await withAgent({ maxUploadBytes: 1000 }, async (server, agent) => {
    const task = await submit(server, agent);
    assert.equal((await agent.upload(task.id, "a", "x".repeat(1000))).status, 200);
    const refused = await agent.upload(task.id, "a", "x".repeat(1001));
    assert.deepEqual([refused.status, refused.json?.error], [400, "BadRequest"]);
    const huge = await agent.upload(task.id, "a", "x".repeat(5_000_000));
    assert.equal(huge.status, 400, "although not all of it was read");
    assert.equal((await agent.upload("unknown", "a", "x")).json?.error, "NotFound");
    const other = agentOf(server, server.createAgent("other"));
    assert.equal((await other.upload(task.id, "a", "x")).status, 403);
    assert.equal(server.files(task.id).length, 1);
  });
});

Deno.test('upload: " is sent as \\", a backslash as itself, everything else as raw UTF-8', async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const stored: [sent: string, read: string][] = [
      [`output/a b.txt`, "output/a b.txt"],
      [`报告 – "终".md`.replaceAll('"', '\\"'), `报告 – "终".md`],
      ["back\\slash", "back\\slash"],
      ["two\\\\back", "two\\\\back"],
      ["a%22b%20c", "a%22b%20c"],
      ["tab\there", "tab\there"],
      ["semi;colon=x", "semi;colon=x"],
      ["", ""],
    ];
    for (const [sent, want] of stored) {
      const disposition = `form-data; name="file"; filename="${sent}"`;
      assert.equal(statusOf(await rawUpload(server, agent, task.id, disposition)), 200, sent);
      assert.equal(names(server, task.id).at(-1), want);
    }
  });
});

Deno.test("upload: filename*= is not looked at; a part without a filename is unnamed", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const dispositions = [
      `form-data; name="file"; filename="a"; filename*=UTF-8''b`,
      `form-data; name="file"; filename*=UTF-8''b; filename="a"`,
      `form-data; name="file"; filename*=UTF-8''b`,
      `form-data; name="file"`,
    ];
    for (const line of dispositions) {
      assert.equal(statusOf(await rawUpload(server, agent, task.id, line)), 200);
    }
    assert.deepEqual(names(server, task.id), ["a", "a", "unnamed", "unnamed"]);
  });
});

Deno.test("upload: control characters but tab, DEL included, are 400", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    for (let code = 0; code < 128; code++) {
      if ((code >= 32 && code < 127) || code === 9) continue;
      const line = `form-data; name="file"; filename="a${String.fromCharCode(code)}b"`;
      const answer = await rawUpload(server, agent, task.id, line);
      assert.equal(statusOf(answer), 400, `code ${code}`);
      assert.match(answer, /"error":"BadRequest"/);
    }
    assert.deepEqual(server.files(task.id), []);
  });
});

Deno.test("upload: a name that ends in a backslash, or bytes that are not UTF-8, become unnamed", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const line = (name: string) => `form-data; name="file"; filename="${name}"`;
    await rawUpload(server, agent, task.id, line("ends\\"));
    await rawUpload(server, agent, task.id, line("ends\\\\"));
    const bytes = new TextEncoder().encode(line("a?b"));
    bytes[bytes.indexOf("?".charCodeAt(0))] = 0xff;
    await rawUpload(server, agent, task.id, bytes);
    assert.deepEqual(names(server, task.id), ["unnamed", "unnamed", "unnamed"]);
  });
});

Deno.test("upload: content that looks like a boundary, an empty file, pieces of one byte", async () => {
  await withAgent({ ratePerMinute: Infinity }, async (server, agent) => {
    const task = await submit(server, agent);
    const line = `form-data; name="file"; filename="a"`;
    const contents = ["", "\r\n--", "--b--", "\r\n-b", "\r", "\r\n\r\n", "a\r\r\n--c\r\n--"];
    for (const content of contents) {
      const answer = await rawUpload(server, agent, task.id, line, content);
      assert.equal(statusOf(answer), 200, JSON.stringify(content));
      const bytes = await server.fileBytes(server.files(task.id).at(-1)!.id);
      assert.equal(new TextDecoder().decode(bytes), content);
    }
    const body = `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${task.id}\r\n` +
      `--b\r\nContent-Disposition: ${line}\r\n\r\n\r\n--\r\n\r\n--b--`;
    const head = rawHead("POST", new URL(`${agent.files}/upload`).pathname, {
      ...agent.headers,
      "content-type": 'multipart/form-data; boundary="b"',
      "transfer-encoding": "chunked",
    });
    const chunks = [...body].map((char) => `1\r\n${char}\r\n`);
    assert.equal(statusOf(await raw(server, [head, ...chunks, "0\r\n\r\n"])), 200);
    const bytes = await server.fileBytes(server.files(task.id).at(-1)!.id);
    assert.equal(new TextDecoder().decode(bytes), "\r\n--\r\n");
  });
});

Deno.test("upload: a form that ends too early is refused wherever it ends, and leaves nothing", async () => {
  await withAgent({ ratePerMinute: Infinity }, async (server, agent) => {
    const task = await submit(server, agent);
    const form =
      `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${task.id}\r\n--b\r\n` +
      `Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n--b--`;
    for (let length = 0; length < form.length; length++) {
      const body = form.slice(0, length);
      const head = rawHead("POST", new URL(`${agent.files}/upload`).pathname, {
        ...agent.headers,
        "content-type": "multipart/form-data; boundary=b",
        "content-length": body.length,
      });
      assert.equal(statusOf(await raw(server, [head, body])), 400, JSON.stringify(body));
    }
    assert.deepEqual(server.files(task.id), []);
    assert.equal(await filesOnDisk(server), 0);
  });
});

Deno.test("two uploads of one name are two files", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const first = await agent.upload(task.id, "a", "1");
    const second = await agent.upload(task.id, "a", "1");
    assert.notEqual(first.json?.file_id, second.json?.file_id);
    assert.deepEqual(names(server, task.id), ["a", "a"]);
  });
});

Deno.test("a task that has ended still takes files; only those in file_ids are its output", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    await agent.accept(task.id);
    await agent.complete(task.id, { output: {}, file_ids: ["one"] });
    assert.equal((await agent.upload(task.id, "late", "x")).status, 200);
    assert.deepEqual(server.task(task.id)?.output, { file_ids: ["one"] });
  });
});

/** An upload whose file is sent as far as `more` says so. */
function openUpload(agent: Agent, taskId: string) {
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const writer = pipe.writable.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  const response = fetch(`${agent.files}/upload`, {
    method: "POST",
    headers: { ...agent.headers, "content-type": "multipart/form-data; boundary=b" },
    body: pipe.readable,
  }).then(read);
  write(
    `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${taskId}\r\n--b\r\n` +
      `Content-Disposition: form-data; name="file"; filename="slow"\r\n\r\nbegin`,
  );
  return {
    end: async () => {
      await write("end\r\n--b--\r\n");
      await writer.close();
      return await response;
    },
  };
}

async function filesOnDisk(server: DevServer): Promise<number> {
  let count = 0;
  for await (const _ of Deno.readDir(server.dataDir)) count++;
  return count;
}

Deno.test("beginning an upload deletes whatever partial uploads the same task has", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const slow = openUpload(agent, task.id);
    await until(async () => await filesOnDisk(server) === 1);
    assert.equal((await agent.upload(task.id, "quick", "x")).status, 200);
    assert.equal((await slow.end()).status, 500);
    assert.deepEqual(names(server, task.id), ["quick"]);
    assert.equal(await filesOnDisk(server), 1);
  });
});

Deno.test("two tasks may upload side by side", async () => {
  await withAgent({}, async (server, agent) => {
    const first = await submit(server, agent);
    const second = await submit(server, agent);
    const slow = openUpload(agent, first.id);
    await until(async () => await filesOnDisk(server) === 1);
    assert.equal((await agent.upload(second.id, "quick", "x")).status, 200);
    assert.equal((await slow.end()).status, 200);
    assert.deepEqual(names(server, first.id), ["slow"]);
  });
});

Deno.test("an upload that the client gives up leaves nothing", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const body =
      `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${task.id}\r\n--b\r\n` +
      `Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc`;
    const head = rawHead("POST", new URL(`${agent.files}/upload`).pathname, {
      ...agent.headers,
      "content-type": "multipart/form-data; boundary=b",
      "content-length": 1000,
    });
    const over = server.waitForRequest((request) => request.call === "upload");
    await raw(server, [head, body], { close: true });
    const record = await over;
    assert.deepEqual([record.status, record.taskId], [undefined, task.id]);
    assert.deepEqual(server.files(task.id), []);
    assert.equal(await filesOnDisk(server), 0);
  });
});

Deno.test("curl's Expect: 100-continue is answered before the body", async () => {
  await withAgent({}, async (server, agent) => {
    const task = await submit(server, agent);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const body = JSON.stringify({ task_id: task.id });
    const path = `/api/v1/agent/${agent.serviceId}/accept`;
    const headers = { ...agent.headers, expect: "100-continue", "content-length": body.length };
    await conn.write(new TextEncoder().encode(rawHead("POST", path, headers)));
    const buffer = new Uint8Array(100);
    const count = await conn.read(buffer);
    assert.match(new TextDecoder().decode(buffer.subarray(0, count!)), /^HTTP\/1\.1 100 /);
    await conn.write(new TextEncoder().encode(body));
    assert.equal(statusOf(await new Response(conn.readable).text()), 200);
  });
});

Deno.test("memory stays flat while a big file goes up and comes down", async () => {
  const size = 256 * 1024 * 1024;
  const options = { maxUploadBytes: Infinity, requestTimeoutMs: 600_000 };
  await withAgent(options, async (server, agent) => {
    const task = await submit(server, agent);
    const piece = crypto.getRandomValues(new Uint8Array(64 * 1024));
    let peak = 0;
    const before = Deno.memoryUsage().rss;
    const measure = () => peak = Math.max(peak, Deno.memoryUsage().rss - before);
    function* form() {
      yield new TextEncoder().encode(
        `--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\n${task.id}\r\n--b\r\n` +
          `Content-Disposition: form-data; name="file"; filename="big"\r\n\r\n`,
      );
      for (let sent = 0; sent < size; sent += piece.length) {
        measure();
        yield piece;
      }
      yield new TextEncoder().encode("\r\n--b--\r\n");
    }
    const headers = { ...agent.headers, "content-type": "multipart/form-data; boundary=b" };
    const body = ReadableStream.from(form());
    const uploaded = await read(
      await fetch(`${agent.files}/upload`, { method: "POST", headers, body }),
    );
    assert.equal(uploaded.json?.size_bytes, size);
    const response = await fetch(`${agent.files}/${uploaded.json?.file_id}/download`, {
      headers: { ...agent.headers, "accept-encoding": "identity" },
    });
    let received = 0;
    for await (const bytes of response.body!) {
      received += bytes.length;
      measure();
    }
    assert.equal(received, size);
    assert.ok(peak < 100 * 1024 * 1024, `${Math.round(peak / 1024 / 1024)} MiB more`);
  });
});
