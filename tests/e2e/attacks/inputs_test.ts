import assert from "node:assert/strict";
import { join } from "@std/path";

import { createWorld } from "../world.ts";
import { assertHarmless, NO_RATE, NO_RATE_SERVER, STEP } from "./outside.ts";

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const NAMES = [
  "../../../escape",
  "/etc/passwd",
  "..",
  ".",
  "",
  "a/b\\c",
  "..\\..\\escape",
  "nul\0byte",
  "line\nbreak\r\x1b[31m",
  "\u202etxt.exe",
  "\ud800half",
  "con",
  "x".repeat(300),
  "名".repeat(200),
  "-rf",
  "$(touch /workspace/output/run)",
  "`id`; rm -rf /",
  "same.txt",
  "same.txt",
  "SAME.TXT",
  "y".repeat(60_000),
];

Deno.test("whatever a task brings, it stays in its folder and harms no other", async (t) => {
  await using world = await createWorld({ server: NO_RATE_SERVER });
  const { server, serviceId } = world;
  const agent = await world.startAgent(NO_RATE);
  const step = (name: string, fn: () => Promise<void>) => t.step({ name, ...STEP, fn });
  const script = (words: string) => ({ name: "script.sh", content: `cd /workspace\n${words}\n` });

  await step("file names that climb, lie, repeat, do not end", async () => {
    const files = NAMES.map((name, n) => ({ name, content: `content ${n}` }));
    const task = await world.submit(
      "cat input/*; ls input > output/list; cp task.json output",
      files,
    );
    const ended = await world.ended(task);
    assert.equal(ended.status, "completed", ended.errorMessage ?? "");
    for (let n = 0; n < NAMES.length; n++) {
      assert.ok(String(ended.output?.stdout).includes(`content ${n}`), JSON.stringify(NAMES[n]));
    }
    const outputs = await world.outputs(task.id);
    const sheet = JSON.parse(text(outputs.get("output/task.json")));
    const paths = sheet.input_files.map((file: { local_path: string }) => file.local_path);
    assert.equal(new Set(paths).size, NAMES.length + 1);
    for (const path of paths) assert.match(path, /^input\/\d\d-[^/\\\0]+$/);
    assert.equal(outputs.has("output/run"), false);
    for (const name of ["escape", "workspaces/escape"]) {
      await assert.rejects(Deno.lstat(join(world.dataDir, name)), Deno.errors.NotFound);
    }
  });

  await step("task ids with .., /, NUL, line breaks, half characters, 10,000 of them", async () => {
    const good = [
      "../../escape",
      "/etc/x",
      "CON",
      "ünïcödé",
      "with space",
      ".hidden",
      "-rm",
      "%2e",
    ];
    const bad = ["..", ".", "a\0b", "x\ny", "\ud800", "A".repeat(10_000)];
    for (const id of [...bad, ...good]) {
      const files = [script('printf %s "$TASK_ID"')];
      await server.submit({ serviceId, id, prompt: "odd", files });
    }
    const next = await world.submit("echo next");
    assert.equal((await world.ended(next)).output?.stdout, "next\n");
    for (const id of good) {
      const ended = await world.ended(id);
      assert.equal(ended.status, "completed", `${id}: ${ended.errorMessage}`);
      assert.equal(ended.output?.stdout, id);
    }
    for (const id of bad) {
      const ended = await world.ended(id);
      assert.equal(ended.status, "failed", JSON.stringify(id));
      await assertHarmless(world, ended);
    }
    const found = [...Deno.readDirSync(join(world.dataDir, "workspaces"))].map(({ name }) => name);
    for (const name of found) assert.match(name, /^[a-z0-9_][a-z0-9_-]*$/);
  });

  await step("file ids that climb, a list that is none, a task as deep as a well", async () => {
    const raw: unknown[] = [
      [{ id: "..", filename: "x" }],
      [{ id: "../../accept", filename: "x" }],
      [{ id: "a?b#c", filename: "x" }],
      [{ id: 7, filename: "x" }],
      [{ id: "x", filename: null }],
      [{ id: "x", filename: "x", size_bytes: -1 }],
      [{ id: "x", filename: "x", size_bytes: "many" }],
      "none",
      { length: 1e9 },
      Array.from({ length: 20_000 }, () => ({ id: "x", filename: "x" })),
      JSON.parse("[".repeat(5_000) + "]".repeat(5_000)),
    ];
    const tasks = [];
    for (const rawInputFiles of raw) {
      tasks.push(await server.submit({ serviceId, prompt: "raw", rawInputFiles }));
    }
    const next = await world.submit("echo next");
    assert.equal((await world.ended(next)).output?.stdout, "next\n");
    for (const [place, { id }] of tasks.entries()) {
      const ended = await world.ended(id);
      assert.equal(ended.status, "failed", `${place}`);
      await assertHarmless(world, ended);
    }
  });

  await step("sizes that lie: too many bytes, too few, none, absurd", async () => {
    const sizes: [claimed: number | null, fine: boolean][] = [
      [null, true],
      [1000, true],
      [10, false],
      [0, false],
      [2000, false],
      [Number.MAX_SAFE_INTEGER, false],
    ];
    const tasks = [];
    for (const [claimedSize, fine] of sizes) {
      const file = { name: "lie", content: new Uint8Array(1000), claimedSize };
      const task = await world.submit("wc -c < input/02-lie", [file]);
      tasks.push({ task, fine, claimedSize });
    }
    for (const { task, fine, claimedSize } of tasks) {
      const ended = await world.ended(task);
      assert.equal(ended.status, fine ? "completed" : "failed", `${claimedSize}`);
      if (fine) assert.equal(ended.output?.stdout, "1000\n");
      else assert.match(ended.errorMessage!, /lie|byte|room|space/);
    }
  });

  await step("a body without end, with and without an announced size", async () => {
    const chunk = new Uint8Array(65_536);
    let sent = 0;
    async function* endless() {
      for (;; sent += chunk.length) yield await Promise.resolve(chunk);
    }
    const file = { name: "endless", content: "x".repeat(1000), id: "endless" };
    const task = await world.submit("true", [file]);
    server.faults.inject({
      fileId: "endless",
      effect: {
        kind: "answer",
        status: 200,
        headers: { "content-disposition": "attachment" },
        body: endless,
      },
      times: Infinity,
    });
    const ended = await world.ended(task);
    server.faults.clear();
    assert.equal(ended.status, "failed");
    assert.ok(sent < 100e6, `${sent} bytes were taken`);
  });

  await step("content types and names of a download change nothing", async () => {
    server.faults.inject({
      fileId: "typed",
      effect: {
        kind: "answer",
        status: 200,
        headers: {
          "content-type": "../../text/\t;;;=",
          "content-disposition": 'attachment; filename="../../../escape"',
        },
        body: "words",
      },
    });
    const file = { name: "t", content: "words", id: "typed", mimeType: "a/b\r\nX-Evil: 1" };
    const ended = await world.ended(await world.submit("cat input/02-t", [file]));
    assert.equal(ended.output?.stdout, "words", ended.errorMessage ?? "");
    await assert.rejects(Deno.lstat(join(world.folder, "escape")), Deno.errors.NotFound);
  });

  await step(
    "prompts of a megabyte, with every character, are files and nothing else",
    async () => {
      const prompt = "\0\x1b]0;x\x07\u2028$(id)`id`'\"\\\n".repeat(50_000);
      const task = await server.submit({
        serviceId,
        prompt,
        outputPrompt: prompt.slice(0, 1000),
        sessionId: "../../x\0",
        files: [script("cp task.json output; env > output/env")],
      });
      const ended = await world.ended(task);
      assert.equal(ended.status, "completed", ended.errorMessage ?? "");
      const outputs = await world.outputs(task.id);
      assert.equal(JSON.parse(text(outputs.get("output/task.json"))).prompt, prompt);
      assert.doesNotMatch(text(outputs.get("output/env")), /\$\(id\)/);
    },
  );

  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(agent.output(), /[\x00-\x08\x0b-\x1f]/);
});
