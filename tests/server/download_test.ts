import assert from "node:assert/strict";
import { effect } from "../support/effects.ts";
import { downloadRetried, ServerError, type Sink } from "../../src/server/mod.ts";
import { withServer } from "./with_server.ts";

const text = new TextDecoder();

async function stageWithInput(content: string, claimedSize?: number) {
  const stage = await withServer({}, { callMs: 2_000, idleMs: 500 });
  const taskId = await stage.runningTask([{ name: "in.txt", content, claimedSize }]);
  const { id } = stage.server.files(taskId)[0];
  return { stage, file: { id, filename: "in.txt", sizeBytes: claimedSize ?? content.length } };
}

function isKind(kind: string, code?: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ServerError, String(error));
    assert.deepEqual([error.kind, error.code], [kind, code ?? error.code]);
    return true;
  };
}

Deno.test("more bytes than announced: broken off at once", async () => {
  const { stage, file } = await stageWithInput("x".repeat(1_000), 999);
  await using _ = stage;
  let got = 0;
  const into = (chunk: Uint8Array) => void (got += chunk.length);
  await assert.rejects(
    stage.client.download(file, into, stage.signal),
    isKind("outage", "wrong_size"),
  );
  assert.ok(got < 1_000);
});

Deno.test("fewer bytes than announced are no file", async () => {
  const { stage, file } = await stageWithInput("abc", 4);
  await using _ = stage;
  await assert.rejects(
    stage.client.download(file, () => {}, stage.signal),
    isKind("outage", "wrong_size"),
  );
});

Deno.test("endless: broken off at the announced size, with and without the Server's header", async () => {
  const { stage, file } = await stageWithInput("abc");
  await using _ = stage;
  const body = async function* () {
    while (true) {
      yield new Uint8Array(65_536);
      await Promise.resolve();
    }
  };
  for (
    const [headers, code] of [
      [{ "content-disposition": "attachment" }, "wrong_size"],
      [{ "content-type": "text/html" }, "not_the_server"],
    ] as [Record<string, string>, string][]
  ) {
    stage.server.faults.inject({
      call: "download",
      effect: { kind: "answer", status: 200, headers, body },
    });
    let got = 0;
    const into = (chunk: Uint8Array) => void (got += chunk.length);
    await assert.rejects(stage.client.download(file, into, stage.signal), isKind("outage", code));
    assert.equal(got, 0);
  }
});

Deno.test("without an announced size what comes is taken", async () => {
  const { stage, file } = await stageWithInput("abcdef");
  await using _ = stage;
  const into = () => {};
  assert.equal(
    await stage.client.download({ id: file.id, sizeBytes: null }, into, stage.signal),
    6,
  );
});

Deno.test("an empty file is a file", async () => {
  const { stage, file } = await stageWithInput("");
  await using _ = stage;
  assert.equal(await stage.client.download(file, () => {}, stage.signal), 0);
});

Deno.test("a full disk is the disk's error, not the Server's", async () => {
  const { stage, file } = await stageWithInput("abc");
  await using _ = stage;
  const full = new Error("ENOSPC");
  const sinks: Sink[] = [
    () => Promise.reject(full),
    () => {
      throw full;
    },
  ];
  for (const sink of sinks) {
    await assert.rejects(
      stage.client.download(file, sink, stage.signal),
      (error) => error === full,
    );
  }
  assert.equal(stage.client.connectivity.lastError, undefined);
});

Deno.test("a slow disk is no silence of the Server", async () => {
  const { stage, file } = await stageWithInput("abc");
  await using _ = stage;
  const into = () => new Promise<void>((resolve) => setTimeout(resolve, 700));
  assert.equal(await stage.client.download(file, into, stage.signal), 3);
});

Deno.test("tried again from nothing through cuts and outages until the file is whole", async () => {
  const { stage, file } = await stageWithInput("abcdef");
  await using _ = stage;
  const { server, client, signal } = stage;
  server.faults.inject({ call: "download", effect: effect.cutInAnswer(3), times: 2 });
  server.faults.inject({ call: "download", effect: effect.page(200) });
  let got = "";
  let tries = 0;
  const open = () => {
    tries++;
    got = "";
    const sink = (chunk: Uint8Array) => void (got += text.decode(chunk));
    return Promise.resolve(sink);
  };
  const size = await downloadRetried({ server: client, file, signal, open });
  assert.equal(size, 6);
  assert.equal(got, "abcdef");
  assert.ok(tries >= 3);
});

Deno.test("a size that lies three times, and a file that is gone, are final", async () => {
  const { stage, file } = await stageWithInput("abcdef", 5);
  await using _ = stage;
  const { client, signal } = stage;
  let opened = 0;
  const open = () => {
    opened++;
    return Promise.resolve(() => {});
  };
  const options = { server: client, signal, open };
  await assert.rejects(downloadRetried({ ...options, file }), isKind("refused", "wrong_size"));
  assert.equal(opened, 3);
  const gone = { ...file, id: "gone" };
  await assert.rejects(downloadRetried({ ...options, file: gone }), isKind("refused"));
  assert.equal(opened, 4);
});
