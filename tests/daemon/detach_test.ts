import assert from "node:assert/strict";
import { join } from "@std/path";
import { detach, isRunning, stopAgent } from "../../src/daemon/mod.ts";
import { eventually, fixture, linux, startAgent, tempFolder } from "./helpers.ts";

/** Runs the fixture to its end: that it does end shows that the agent does not hold it. */
async function runDetached(behaviour: string, dataDir: string, readyTimeoutMs = 20_000) {
  const { command, args } = fixture("run_detached.ts");
  const output = await new Deno.Command(command, {
    args: [...args, behaviour, dataDir, String(readyTimeoutMs)],
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
  return { code: output.code, text };
}

const read = (dataDir: string) => Deno.readTextFile(join(dataDir, "agent.log"));

Deno.test(
  "detach: comes back when the agent is up, which lives on without it or a terminal",
  linux,
  async () => {
    await using folder = await tempFolder();
    const dataDir = join(folder.path, "a folder with 空格");
    const { code, text } = await runDetached("slow", dataDir);
    assert.equal(code, 0, text);
    assert.match(text, /news: step 2\n[^]*up: \d+ true/);
    const pid = Number(/up: (\d+)/.exec(text)![1]);
    assert.equal(await isRunning(dataDir), true);
    assert.equal((await Deno.readTextFile(join(dataDir, "agent.pid"))).trim(), String(pid));
    const log = await read(dataDir);
    assert.match(log, /terminal false/);
    assert.match(log, /detached 1 extra extra words/);
    assert.equal((await Deno.stat(join(dataDir, "agent.log"))).mode! & 0o777, 0o600);
    // It is the first process of a session of its own: no terminal's end reaches it.
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const [, , group, session, terminal] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    assert.deepEqual([group, session, terminal], [String(pid), String(pid), "0"]);
    assert.deepEqual(await stopAgent({ dataDir }), { outcome: "stopped", by: "control", pid });
    assert.match(await read(dataDir), /told to leave\nbye\n$/);
  },
);

Deno.test("detach: an agent that dies at once is explained by its own last words only", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(join(folder.path, "agent.log"), "words of an earlier start\n");
  const { code, text } = await runDetached("dies", folder.path);
  assert.equal(code, 1);
  assert.match(text, /failed: .*exit 7.*agent\.log:\nabout to fail\nthe image is missing\n/);
  assert.ok(!text.includes("earlier start"));
  assert.match(await read(folder.path), /^words of an earlier start\nabout to fail/);
  assert.equal(await isRunning(folder.path), false);
});

Deno.test("detach: one that hangs is ended, and so is one without a control channel", async () => {
  for (const behaviour of ["hangs", "deaf"]) {
    await using folder = await tempFolder();
    const { code, text } = await runDetached(behaviour, folder.path, 1500);
    assert.equal(code, 1);
    assert.match(text, /failed: .*within 1\.5 seconds[^]*locked by/);
    await eventually(async () => !(await isRunning(folder.path)));
  }
});

Deno.test("detach: a second agent is refused by name, and the first is left alone", async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("ready", folder.path);
  const { code, text } = await runDetached("ready", folder.path);
  assert.equal(code, 1);
  assert.match(
    text,
    new RegExp(`failed: .*in use by another agent-core \\(process ${agent.pid}\\)`),
  );
  assert.equal(await isRunning(folder.path), true);
});

Deno.test("detach: of five at the same time one is up, and it is the one that has the lock", async () => {
  await using folder = await tempFolder();
  const tries = await Promise.all(
    Array.from({ length: 5 }, () => runDetached("ready", folder.path)),
  );
  const up = tries.filter(({ code }) => code === 0);
  assert.equal(up.length, 1, JSON.stringify(tries));
  const pid = Number(/up: (\d+)/.exec(up[0].text)![1]);
  assert.equal((await Deno.readTextFile(join(folder.path, "agent.pid"))).trim(), String(pid));
  assert.equal((await stopAgent({ dataDir: folder.path })).outcome, "stopped");
});

Deno.test("detach: a program that cannot be started, and giving up", async () => {
  await using folder = await tempFolder();
  await assert.rejects(
    detach({
      args: [],
      dataDir: folder.path,
      program: { command: "/no/such/program", args: [] },
    }),
    { name: "Failure", message: /\/no\/such\/program|did not come up/ },
  );
  const giveUp = new AbortController();
  const { command, args } = fixture("small_agent.ts");
  await assert.rejects(
    detach({
      args: ["hangs", folder.path],
      dataDir: folder.path,
      program: { command, args },
      onProgress: () => giveUp.abort(new Error("enough")),
      signal: giveUp.signal,
    }),
    /enough/,
  );
  assert.equal(await isRunning(folder.path), false);
});
