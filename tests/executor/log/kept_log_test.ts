import assert from "node:assert/strict";
import { join } from "@std/path";
import type { LogFrame } from "../../../src/docker/mod.ts";
import { KeptLog } from "../../../src/executor/log/kept_log.ts";
import { LogWriter } from "../../../src/executor/log/log_writer.ts";
import { logParts } from "../../../src/executor/mod.ts";
import { SILENT } from "../../../src/log/mod.ts";

const SIZES = { head: 1000, tail: 1000, segment: 300 };

Deno.test("a log keeps its first and last bytes, whatever its length", async () => {
  for (const length of [0, 1, 999, 1000, 1001, 1999, 2000, 2001, 2500, 3100, 9999]) {
    await inFolder(async (path) => {
      const all = numbered(length);
      using log = new KeptLog(path, { base: 0, position: 0, sizes: SIZES });
      for (let at = 0; at < all.length; at += 77) await log.write(all.subarray(at, at + 77));
      await log.finish((dropped) => bytes(`<${dropped}>`));
      await log.dropTail();
      const text = new TextDecoder().decode(all);
      const expected = length <= 2000
        ? text
        : `${text.slice(0, 1000)}<${length - 2000}>${text.slice(-1000)}`;
      assert.equal(await Deno.readTextFile(path), expected, String(length));
      assert.deepEqual(await logParts(path), [path]);
    });
  }
});

Deno.test("a log goes on at any position that it reached before", async () => {
  await inFolder(async (path) => {
    const all = numbered(7_000);
    await Deno.writeTextFile(path, "before\n");
    let position = 0;
    for (let round = 0; round < 60 && position < all.length; round++) {
      using log = new KeptLog(path, { base: 7, position, sizes: SIZES });
      const far = Math.min(all.length, position + Math.floor(Math.random() * 500));
      await log.write(all.subarray(position, far));
      // A crash: what was remembered lies a little back.
      position = round > 50 ? far : Math.max(position, far - Math.floor(Math.random() * 250));
    }
    using log = new KeptLog(path, { base: 7, position, sizes: SIZES });
    await log.write(all.subarray(position));
    await log.finish((dropped) => bytes(`<${dropped}>`));
    const text = new TextDecoder().decode(all);
    const expected = `before\n${text.slice(0, 1000)}<5000>${text.slice(-1000)}`;
    assert.equal(await Deno.readTextFile(path), expected);
  });
});

Deno.test("a writer goes on behind the frame at which the one before was cut off", async () => {
  await inFolder(async (path) => {
    const frames = Array.from({ length: 500 }, (_, i) => frame(`line ${i}\n`, i));
    const attempt = { taskId: "t", attempt: 1, workspace: "/w", logPath: path };
    const options = { attempt, lang: "en", log: SILENT } as const;
    for (;;) {
      await using writer = await LogWriter.open(options);
      assert.ok(writer);
      const from = writer.taken.frames;
      assert.ok(from <= frames.length);
      const to = Math.min(frames.length, from + Math.floor(Math.random() * 60));
      for (const one of frames.slice(from, to)) await writer.frame(one);
      if (to === frames.length) {
        await writer.finish();
        break;
      }
    }
    assert.equal(await LogWriter.open(options), undefined);
    const all = frames.map(({ data }) => new TextDecoder().decode(data)).join("");
    assert.equal(await Deno.readTextFile(path), all);
    await using second = await LogWriter.open({
      ...options,
      attempt: { ...attempt, attempt: 2 },
    });
    await second?.frame(frame("again\n", 1));
    await second?.finish();
    assert.equal(await Deno.readTextFile(path), `${all}\n[agent-core] attempt 2\nagain\n`);
  });
});

Deno.test("a state that cannot be replaced leaves nothing beside the log", async () => {
  await inFolder(async (path) => {
    const attempt = { taskId: "t", attempt: 1, workspace: "/w", logPath: path };
    await Deno.mkdir(join(`${path}.state`, "in the way"), { recursive: true });
    {
      await using writer = await LogWriter.open({ attempt, lang: "en", log: SILENT });
      await writer?.frame(frame("a line\n", 0));
    }
    await assert.rejects(Deno.lstat(`${path}.state.new`), Deno.errors.NotFound);
  });
});

Deno.test("a full disk costs output, not the run, and is marked when there is room again", async () => {
  await inFolder(async (path) => {
    const attempt = { taskId: "t", attempt: 1, workspace: "/w", logPath: path };
    const warnings: string[] = [];
    const log = { ...SILENT, warn: ({ en }: { en: string }) => warnings.push(en) };
    await Deno.symlink("/dev/full", path);
    {
      await using writer = await LogWriter.open({ attempt, lang: "en", log });
      for (let i = 0; i < 50_000; i++) await writer?.frame(frame("0123456789", i));
    }
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].includes(path));
    await Deno.remove(path);
    {
      await using writer = await LogWriter.open({ attempt, lang: "en", log });
      assert.equal(writer?.taken.frames, 50_000);
      await writer?.frame(frame("more", 0));
      await writer?.finish();
    }
    assert.match(
      await Deno.readTextFile(path),
      /^\n\[agent-core\] 500000 bytes of output are lost.*\nmore$/,
    );
  });
});

function frame(text: string, i: number): LogFrame {
  const time = new Date(i).toISOString();
  return { stream: i % 3 === 0 ? "stderr" : "stdout", time, data: bytes(text) };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function numbered(length: number): Uint8Array {
  let text = "";
  for (let i = 0; text.length < length; i++) text += `${i} `;
  return bytes(text.slice(0, length));
}

async function inFolder(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-log-" });
  try {
    await body(join(folder, "task.log"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
