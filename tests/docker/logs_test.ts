import assert from "node:assert/strict";
import type { Engine, LogFrame, LogOptions } from "../../src/docker/mod.ts";
import { traitsOf } from "../../src/executor/docker/engine_traits.ts";
import { ofDocker } from "../support/engine_kind.ts";
import { withTestEngine } from "../support/engine.ts";
import { create, runToEnd } from "./support.ts";

async function read(engine: Engine, id: string, options: Partial<LogOptions> = {}) {
  const frames: LogFrame[] = [];
  // What Podman follows is not whole.
  const follow = traitsOf(engine).followsLogs;
  for await (const frame of engine.logs(id, { follow, timestamps: true, ...options })) {
    frames.push({ ...frame, data: frame.data.slice() });
  }
  return frames;
}

function text(frames: readonly LogFrame[], stream: LogFrame["stream"]): string {
  const decoder = new TextDecoder();
  const parts = frames.filter((frame) => frame.stream === stream);
  return parts.map((frame) => decoder.decode(frame.data, { stream: true })).join("");
}

Deno.test("both streams come whole, each frame with its time", () =>
  withTestEngine(async (engine) => {
    const script = "seq 1 30000; echo 你好 >&2; printf 'no end'";
    const { id } = await runToEnd(engine, script);
    const frames = await read(engine, id);
    const numbers = Array.from({ length: 30000 }, (_, i) => `${i + 1}\n`).join("");
    assert.equal(text(frames, "stdout"), `${numbers}no end`);
    assert.equal(text(frames, "stderr"), "你好\n");
    for (const { time } of frames) assert.match(time ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(await read(engine, id), frames, "the same order each time");

    const bare = await read(engine, id, { timestamps: false, follow: false });
    assert.equal(text(bare, "stdout"), `${numbers}no end`);
    assert.ok(bare.every((frame) => frame.time === undefined));
    await engine.removeContainer(id);
  }));

Deno.test("a line over 16 KiB comes in pieces that make up the line", () =>
  withTestEngine(async (engine) => {
    const { id } = await runToEnd(
      engine,
      "head -c 100000 /dev/zero | tr '\\0' x; echo; echo after",
    );
    const frames = await read(engine, id);
    assert.ok(frames.length > 6);
    assert.equal(text(frames, "stdout"), "x".repeat(100000) + "\nafter\n");
    await engine.removeContainer(id);
  }));

// Podman is not asked for parts of a log: 4.3 knows no nanoseconds, and 5.8 gives nothing to some.
ofDocker(
  "since is inclusive and takes the engine's own nanoseconds",
  () =>
    withTestEngine(async (engine) => {
      const { id } = await runToEnd(engine, "echo one; sleep 0.1; echo two");
      const [, second] = await read(engine, id);
      const [whole, nanos] = (second.time ?? "").replace("Z", "").split(".");
      const since = `${Date.parse(`${whole}Z`) / 1000}.${nanos}`;
      assert.equal(text(await read(engine, id, { since }), "stdout"), "two\n");
      await engine.removeContainer(id);
    }),
);

Deno.test("following goes on until the container ends", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "echo ready; read x < /pipe; echo done", {
      Cmd: ["sh", "-c", "mkfifo /pipe; echo ready; read x < /pipe; echo $x"],
    });
    assert.deepEqual(await read(engine, id), [], "before the start it ends at once");
    await engine.startContainer(id);
    let all = "";
    let told = false;
    for await (const frame of engine.logs(id, { follow: true, timestamps: false })) {
      all += new TextDecoder().decode(frame.data);
      if (all.includes("ready") && !told) {
        told = true;
        await engine.stopContainer(id, { graceSecs: 0 });
      }
    }
    assert.equal(all, "ready\n");
    await engine.removeContainer(id);
  }));

Deno.test("a loop that is left, or aborted, ends the request", () =>
  withTestEngine(async (engine) => {
    const id = await create(engine, "while true; do echo tick; sleep 0.05; done");
    await engine.startContainer(id);
    for await (const _ of engine.logs(id, { follow: true, timestamps: true })) break;

    const enough = new AbortController();
    const reading = (async () => {
      let seen = 0;
      const options = { follow: true, timestamps: true, signal: enough.signal };
      for await (const _ of engine.logs(id, options)) {
        if (++seen === 3) enough.abort(new Error("enough"));
      }
    })();
    await assert.rejects(reading, { message: "enough" });
    await engine.removeContainer(id, { force: true });
    await assert.rejects(read(engine, id), { status: 404 });
  }));
