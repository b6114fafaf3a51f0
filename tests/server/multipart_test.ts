import assert from "node:assert/strict";
import { formHead, isSendable, multipartBody, quoteName } from "../../src/server/multipart.ts";
import { LocalFileError } from "../../src/server/mod.ts";

const form = { boundary: "b", taskId: "t-1", name: "output/a.txt", mimeType: "text/plain" };

function streamOf(...parts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));
}

/** Reads as the network does: a chunk is done with before the next is asked for. */
async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  return text;
}

const quiet = { onProgress() {}, onBroken() {} };

Deno.test("names are quoted as the Server reads them", () => {
  assert.equal(quoteName('a "b" c'), '"a \\"b\\" c"');
  assert.equal(quoteName("a\\b"), '"a\\b"');
  assert.equal(quoteName("中文 %22\t.md"), '"中文 %22\t.md"');
  assert.equal(quoteName("output/response.md"), '"output/response.md"');
});

Deno.test("a name that the Server would refuse or drop is not sent", () => {
  for (const name of ["", "a\n", "a\r", "a\0", "a\x7f", "a\x1b", "a\\", "\ud800"]) {
    assert.equal(isSendable(name), false, JSON.stringify(name));
    assert.throws(() => quoteName(name), /cannot be uploaded/);
  }
  for (const name of ["a", "a\tb", "\\a", '"', "é".normalize("NFD"), "😀"]) {
    assert.ok(isSendable(name));
  }
});

Deno.test("task_id comes first, then the file", async () => {
  const { stream } = multipartBody(form, streamOf("ab", "c"), 3, quiet);
  assert.equal(
    await read(stream),
    '--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\nt-1\r\n' +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="output/a.txt"\r\n' +
      "Content-Type: text/plain\r\n\r\nabc\r\n--b--\r\n",
  );
});

Deno.test("a media type cannot smuggle a header", () => {
  const head = formHead({ ...form, mimeType: "text/plain\r\nX: y" });
  assert.ok(head.includes("Content-Type: application/octet-stream\r\n"));
});

Deno.test("a file that grew, shrank or cannot be read breaks the body off", async () => {
  const failing = new ReadableStream<Uint8Array>({
    pull() {
      throw new Error("EIO");
    },
  });
  for (const source of [streamOf("abcd"), streamOf("ab"), failing]) {
    let broken: LocalFileError | undefined;
    const { stream } = multipartBody(form, source, 3, {
      onProgress() {},
      onBroken: (error) => broken = error,
    });
    await assert.rejects(read(stream), LocalFileError);
    assert.ok(broken);
    assert.match(broken.message, /output\/a\.txt/);
  }
});

Deno.test("closing lets go of the file although nobody read the body", async () => {
  let closed = false;
  const source = new ReadableStream<Uint8Array>({
    cancel() {
      closed = true;
    },
  });
  const { close } = multipartBody(form, source, 3, quiet);
  await close();
  assert.ok(closed);
});

Deno.test("an answer that comes while the file is being read is no trouble with the file", async () => {
  const reading = Promise.withResolvers<void>();
  const wanted = Promise.withResolvers<void>();
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      wanted.resolve();
      await reading.promise;
      controller.enqueue(new TextEncoder().encode("abc"));
    },
  }, { highWaterMark: 0 });
  const broken: Error[] = [];
  const onBroken = (error: Error) => broken.push(error);
  const { stream, close } = multipartBody(form, source, 3, { onProgress() {}, onBroken });
  const reader = stream.getReader();
  await reader.read();
  const rest = reader.read();
  await wanted.promise;
  await reader.cancel();
  reading.resolve();
  assert.equal((await rest).done, true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(broken, []);
  await close();
});
