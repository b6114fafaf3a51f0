import assert from "node:assert/strict";
import { packTar, unpackTar } from "modern-tar";
import { withTestEngine } from "../support/engine.ts";
import { create, runToEnd, until } from "./support.ts";

Deno.test("a folder of a stopped container comes as a tar, links as links", () =>
  withTestEngine(async (engine) => {
    const { id } = await runToEnd(
      engine,
      "mkdir /out; cd /out; echo hi > '你 好.txt'; ln -s /etc/passwd link; head -c 3000000 /dev/zero > big",
    );
    const entries = await unpackTar(await engine.archive(id, "/out"));
    const byName = new Map(entries.map((entry) => [entry.header.name, entry]));
    assert.equal(new TextDecoder().decode(byName.get("out/你 好.txt")?.data), "hi\n");
    assert.equal(byName.get("out/link")?.header.linkname, "/etc/passwd");
    assert.equal(byName.get("out/big")?.data?.length, 3000000);
    await engine.removeContainer(id);
  }));

Deno.test("a tar can be put into a container that was never started, and read back", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "true");
    const body = crypto.getRandomValues(new Uint8Array(60_000));
    const tar = await packTar([{ header: { name: "sub/data.bin", size: body.length }, body }]);
    await engine.putArchive(id, "/workspace", ReadableStream.from(inChunks(tar, 1000)));
    const back = await unpackTar(await engine.archive(id, "/workspace/sub/data.bin"));
    assert.deepEqual(back[0].data, body);
    await engine.removeContainer(id);
  }));

Deno.test("an archive that is cancelled or aborted half-way leaves the engine usable", () =>
  withTestEngine(async (engine) => {
    const { id } = await runToEnd(engine, "mkdir /out; head -c 50000000 /dev/zero > /out/big");
    const reader = (await engine.archive(id, "/out")).getReader();
    assert.equal((await reader.read()).done, false);
    await reader.cancel();

    const stop = new AbortController();
    const second = (await engine.archive(id, "/out", stop.signal)).getReader();
    await second.read();
    stop.abort(new Error("enough"));
    await assert.rejects(async () => {
      while (!(await second.read()).done);
    }, { message: "enough" });
    await engine.removeContainer(id);
  }));

Deno.test("a path that is not there is a 404, a source that fails is told", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "true");
    await assert.rejects(engine.archive(id, "/no/such"), { status: 404 });
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65536)),
      cancel: () => {
        cancelled = true;
      },
    });
    await assert.rejects(engine.putArchive(id, "/no/such", endless));
    await until(() => Promise.resolve(cancelled));
    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("disk trouble")),
    });
    await assert.rejects(engine.putArchive(id, "/tmp", failing));
    await engine.version();
    await engine.removeContainer(id);
  }));

function* inChunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
