import assert from "node:assert/strict";
import type { FaultEffect } from "../../src/devserver/mod.ts";
import { effect } from "../support/effects.ts";
import { LocalFileError } from "../../src/server/mod.ts";
import type { OutgoingFile } from "../../src/uploader/mod.ts";
import { sendFile } from "../../src/uploader/send_file.ts";
import { UploadSlots } from "../../src/uploader/upload_slots.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { bytes, type Stage, withServer } from "../server/with_server.ts";

const CONTENT = "the result";

function outgoing(more: Partial<OutgoingFile> = {}): OutgoingFile {
  return {
    name: "output/结果.csv",
    size: CONTENT.length,
    open: () => Promise.resolve(bytes(CONTENT)()),
    tried: false,
    ...more,
  };
}

/** What sending needs besides the file's own. */
const ALONE = {
  slots: new UploadSlots(),
  order: 1,
  knownIds: new Set<string>(),
  clock: SYSTEM_CLOCK,
};

async function running(
  options: Parameters<typeof withServer>[0] = {},
  pace = { baseMs: 20, maxMs: 100 },
): Promise<
  {
    stage: Stage;
    taskId: string;
    send: (file: OutgoingFile, knownIds?: string[]) => ReturnType<typeof sendFile>;
  }
> {
  const stage = await withServer(options, {
    callMs: 1_000,
    idleMs: 1_000,
    pace,
  });
  const taskId = await stage.runningTask();
  const send = (file: OutgoingFile, knownIds: string[] = []) =>
    sendFile({
      ...ALONE,
      server: stage.client,
      taskId,
      file,
      knownIds: new Set(knownIds),
      signal: stage.signal,
    });
  return { stage, taskId, send };
}

const uploads = ({ server }: Stage) =>
  server.requests.filter(({ call }) => call === "upload").length;

Deno.test("a file arrives byte for byte, with its name and type", async () => {
  const { stage, taskId, send } = await running();
  await using _ = stage;
  const result = await send(outgoing());
  const [file] = stage.server.files(taskId);
  assert.deepEqual(result, { stored: file.id });
  assert.deepEqual([file.name, file.mimeType, file.sizeBytes], ["output/结果.csv", "text/csv", 10]);
  assert.equal(new TextDecoder().decode(await stage.server.fileBytes(file.id)), CONTENT);
  const empty = await send(
    outgoing({ name: "empty", size: 0, open: async () => await bytes("")() }),
  );
  assert.ok("stored" in empty);
});

Deno.test("no file is there twice, however often an upload is cut", async () => {
  const faults: [fault: FaultEffect, uploads: number][] = [
    [effect.loseAnswer, 1],
    [effect.cutInAnswer(3), 1],
    [effect.hang("acted"), 1],
    [effect.cutAtStart, 2],
    [effect.cutInRequest(20), 2],
    [effect.cutAtUploadEnd, 2],
    [effect.page(502), 2],
    [effect.error(500), 2],
    [effect.error(401), 2],
    [effect.redirect("http://elsewhere.example/"), 2],
    [{ ...effect.page(502), acts: true }, 1],
  ];
  for (const [fault, expected] of faults) {
    const { stage, taskId, send } = await running();
    await using _ = stage;
    stage.server.faults.inject({ call: "upload", effect: fault });
    const result = await send(outgoing());
    const stored = stage.server.files(taskId).filter(({ stored }) => stored);
    assert.equal(stored.length, 1, JSON.stringify(fault));
    assert.deepEqual(result, { stored: stored[0].id });
    assert.equal(uploads(stage), expected, JSON.stringify(fault));
  }
});

Deno.test("the list itself may be cut, and the look at the file too", async () => {
  const { stage, taskId, send } = await running();
  await using _ = stage;
  const { faults } = stage.server;
  faults.inject({ call: "upload", effect: effect.loseAnswer });
  faults.inject({ call: "list", effect: effect.page(200) });
  faults.inject({ call: "download", effect: effect.page(200) });
  const result = await send(outgoing());
  assert.deepEqual(result, { stored: stage.server.files(taskId)[0].id });
  assert.equal(uploads(stage), 1);
});

Deno.test("what was tried before a restart is looked for first; what was there already is not it", async () => {
  const { stage, taskId, send } = await running();
  await using _ = stage;
  const earlier = await send(outgoing());
  assert.ok("stored" in earlier);
  assert.deepEqual(await send(outgoing({ tried: true })), earlier);
  assert.equal(uploads(stage), 1);
  const anew = await send(outgoing({ tried: true }), [earlier.stored]);
  assert.ok("stored" in anew && anew.stored !== earlier.stored);
  assert.equal(stage.server.files(taskId).length, 2);
});

Deno.test("an input of the same name and size is not taken for the output", async () => {
  const { stage, send } = await running();
  await using _ = stage;
  const taskId = await stage.runningTask([{ name: "a.csv", content: CONTENT }]);
  const file = outgoing({ name: "a.csv", tried: true });
  const { client: server, signal } = stage;
  const result = await sendFile({ ...ALONE, server, taskId, file, signal });
  assert.ok("stored" in result);
  assert.equal(stage.server.files(taskId).length, 2);
  assert.ok("stored" in await send(outgoing()));
});

Deno.test("three times 408 while the list answers is final", async () => {
  const { stage, send } = await running();
  await using _ = stage;
  stage.server.faults.inject({ call: "upload", effect: effect.text(408, ""), times: Infinity });
  stage.server.faults.inject({ call: "list", effect: effect.page(502), times: 2 });
  const result = await send(outgoing());
  assert.ok("refused" in result);
  assert.match(result.refused.en, /output\/结果\.csv.*3 times/);
  assert.equal(uploads(stage), 3);
});

Deno.test("a file that the Server cuts for real is given up the same way", async () => {
  const { stage, send } = await running({ requestTimeoutMs: 300 });
  await using _ = stage;
  const open = () =>
    Promise.resolve(ReadableStream.from(async function* () {
      yield new Uint8Array(5);
      await new Promise((resolve) => setTimeout(resolve, 900));
      yield new Uint8Array(5);
    }()));
  const result = await send(outgoing({ open }));
  assert.ok("refused" in result, JSON.stringify(result));
});

Deno.test("refusals of the Server itself are final and say why", async () => {
  const cases: [fault: FaultEffect, words: RegExp][] = [
    [effect.error(400, "BadRequest", "文件过大"), /文件过大/],
    [effect.error(404, "NotFound"), /does not know task/],
    [effect.page(413), /larger than/],
  ];
  for (const [fault, words] of cases) {
    const { stage, send } = await running();
    await using _ = stage;
    stage.server.faults.inject({ call: "upload", effect: fault });
    const result = await send(outgoing());
    assert.ok("refused" in result);
    assert.match(result.refused.en, words);
    assert.equal(uploads(stage), 1);
  }
});

Deno.test("a task that the Server does not know ends at once, also after a lost answer", async () => {
  const { stage } = await running();
  await using _ = stage;
  const { client: server, signal } = stage;
  const file = outgoing({ tried: true });
  const result = await sendFile({ ...ALONE, server, taskId: "nobody", file, signal });
  assert.ok("refused" in result);
  assert.match(result.refused.en, /nobody/);
});

Deno.test("a file above the Server's limit is refused, the next one is sent", async () => {
  const { stage, send } = await running({ maxUploadBytes: 9 });
  await using _ = stage;
  assert.ok("refused" in await send(outgoing()));
  const small = outgoing({ size: 3, open: async () => await bytes("abc")() });
  assert.ok("stored" in await send(small));
});

Deno.test("a file that cannot be read is tried thrice and then named", async () => {
  const { stage, taskId, send } = await running();
  await using _ = stage;
  let opened = 0;
  const unreadable = await send(outgoing({
    open: () => {
      opened++;
      return Promise.reject(new Deno.errors.PermissionDenied("no"));
    },
  }));
  assert.ok("unread" in unreadable);
  assert.match(unreadable.unread.text.en, /output\/结果\.csv cannot be read/);
  assert.equal(opened, 3);
  const changed = await send(outgoing({ size: 4 }));
  assert.ok("unread" in changed);
  assert.match(changed.unread.text.en, /changed/);
  assert.deepEqual(stage.server.files(taskId).filter(({ stored }) => stored), []);
  const passing = outgoing();
  let tries = 0;
  const open = () => ++tries < 3 ? Promise.reject(new Error("EMFILE")) : passing.open();
  assert.ok("stored" in await send({ ...passing, open }));
});

Deno.test("the file is let go of when nobody takes it", async () => {
  const { stage, send } = await running();
  await using _ = stage;
  let closed = 0;
  const open = () =>
    Promise.resolve(
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel: () => void closed++,
      }, { highWaterMark: 0 }),
    );
  await stage.server.pause();
  const upload = { taskId: "t", name: "a", size: 1e9, body: open };
  await assert.rejects(stage.client.upload(upload, stage.signal));
  assert.equal(closed, 1);
  await stage.server.start();
  stage.server.faults.inject({ call: "upload", effect: effect.page(413) });
  assert.ok("refused" in await send(outgoing({ open, size: 1e9 })));
  assert.equal(closed, 2);
  const changed = { taskId: "t", name: "a", size: 1, body: open };
  await assert.rejects(stage.client.upload(changed, stage.signal), LocalFileError);
  assert.equal(closed, 3);
});

Deno.test("a Server that is away: the file waits, and goes when it is back", async () => {
  // Only the Server's return can end this wait.
  const { stage, send } = await running({}, { baseMs: 1e8, maxMs: 1e8 });
  await using _ = stage;
  await stage.server.pause();
  const sent = send(outgoing());
  await stage.client.poll({ currentLoad: 0, availableCapacity: 1 }, stage.signal).catch(() => {});
  assert.equal(stage.client.connectivity.trouble?.kind, "outage");
  await stage.server.start();
  await stage.client.poll({ currentLoad: 0, availableCapacity: 1 }, stage.signal);
  assert.ok("stored" in await sent);
});

Deno.test("the signal ends it", async () => {
  const { stage, taskId } = await running();
  await using _ = stage;
  const controller = new AbortController();
  stage.server.faults.inject({ call: "upload", effect: effect.page(502), times: Infinity });
  stage.server.onRequest(({ call, ended }) =>
    call === "upload" && ended && controller.abort("bye")
  );
  const { client: server } = stage;
  const options = { ...ALONE, server, taskId, file: outgoing() };
  await assert.rejects(
    sendFile({ ...options, signal: controller.signal }),
    (error) => error === "bye",
  );
});
