import assert from "node:assert/strict";
import { join } from "@std/path";
import { lastLines } from "../../src/daemon/last_lines.ts";
import { openRotatingLog } from "../../src/daemon/mod.ts";
import { namesIn, tempFolder, unix } from "./helpers.ts";

Deno.test(
  "log: stays under its size, keeps three older ones, loses no line in between",
  unix,
  async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, "agent.log");
    using log = openRotatingLog(path, { maxBytes: 1000 });
    for (let n = 0; n < 1000; n++) log.write(`line ${n} 行\n`);
    const parts = ["agent.log", "agent.log.1", "agent.log.2", "agent.log.3"];
    assert.deepEqual(await namesIn(folder.path), parts);
    let text = "";
    for (const name of parts.toReversed()) {
      const { size, mode } = await Deno.stat(join(folder.path, name));
      assert.ok(size <= 1000 && size > 0, `${name}: ${size}`);
      assert.equal(mode! & 0o777, 0o600, name);
      text += await Deno.readTextFile(join(folder.path, name));
    }
    const lines = text.trimEnd().split("\n");
    assert.equal(lines.at(-1), "line 999 行");
    const first = Number(lines[0].split(" ")[1]);
    lines.forEach((line, n) => assert.equal(line, `line ${first + n} 行`));
  },
);

Deno.test("log: the copy of a rotation that was killed is removed at the next start", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "agent.log");
  await Deno.writeTextFile(`${path}.1.tmp`, "half\n");
  using _log = openRotatingLog(path);
  assert.deepEqual(await namesIn(folder.path), ["agent.log"]);
});

Deno.test("log: an old one is gone on with, and one that is too big already begins anew", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "agent.log");
  await Deno.writeTextFile(path, "old\n");
  {
    using log = openRotatingLog(path, { maxBytes: 100 });
    log.write("new\n");
  }
  assert.equal(await Deno.readTextFile(path), "old\nnew\n");
  await Deno.writeTextFile(path, "x".repeat(5000));
  using log = openRotatingLog(path, { maxBytes: 100, keep: 1 });
  log.write("fresh\n");
  assert.equal(await Deno.readTextFile(path), "fresh\n");
  assert.equal((await Deno.stat(`${path}.1`)).size, 5000);
});

Deno.test("log: what else the process prints to the file goes on landing in it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "agent.log");
  using log = openRotatingLog(path, { maxBytes: 200 });
  using stdout = await Deno.open(path, { append: true });
  for (let n = 0; n < 50; n++) log.write(`line ${n}\n`);
  await stdout.write(new TextEncoder().encode("panic!\n"));
  log.write("after\n");
  assert.match(await Deno.readTextFile(path), /panic!\nafter\n$/);
});

Deno.test("log: a line longer than the file, keep 0, and a full disk", unix, async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "agent.log");
  using log = openRotatingLog(path, { maxBytes: 10, keep: 0 });
  log.write("x".repeat(100) + "\n");
  log.write("short\n");
  assert.equal(await Deno.readTextFile(path), "short\n");
  assert.deepEqual(await namesIn(folder.path), ["agent.log"]);
  // Every write to /dev/full is ENOSPC.
  using full = openRotatingLog("/dev/full", { maxBytes: 1e9 });
  full.write("lost\n");
  full.write("lost too\n");
});

Deno.test("log: when no copy can be made it goes on, and rotates once it can", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "agent.log");
  using log = openRotatingLog(path, { maxBytes: 100, keep: 1 });
  await Deno.mkdir(`${path}.1/in-the-way`, { recursive: true });
  for (let n = 0; n < 20; n++) log.write(`line ${n}\n`);
  assert.match(await Deno.readTextFile(path), /^line 0\n[^]*line 19\n$/);
  await Deno.remove(`${path}.1`, { recursive: true });
  for (let n = 20; n < 40; n++) log.write(`line ${n}\n`);
  const all = await Deno.readTextFile(`${path}.1`) + await Deno.readTextFile(path);
  assert.match(all, /line 39\n$/);
  assert.ok((await Deno.stat(path)).size <= 100);
});

Deno.test("last lines: of a long file, of a short one, from a point on, of none", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "x.log");
  assert.equal(await lastLines(path), "");
  await Deno.writeTextFile(path, "");
  assert.equal(await lastLines(path), "");
  await Deno.writeTextFile(path, "a\nb\nc\n");
  assert.equal(await lastLines(path), "a\nb\nc");
  assert.equal(await lastLines(path, { lines: 2 }), "b\nc");
  assert.equal(await lastLines(path, { from: 2 }), "b\nc");
  assert.equal(await lastLines(path, { from: 6 }), "");
  assert.equal(await lastLines(path, { from: 100 }), "a\nb\nc", "it was rotated since");
  assert.equal(await lastLines(path, { maxBytes: 3 }), "c", "half a line is none");
  await Deno.writeTextFile(path, "行\n".repeat(100_000));
  assert.equal(await lastLines(path, { lines: 3 }), "行\n行\n行");
});
