import assert from "node:assert/strict";
import { join } from "@std/path";
import { isRunning, stopAgent } from "../../src/daemon/mod.ts";
import { linux, namesIn, startAgent, tempFolder, unix } from "./helpers.ts";

Deno.test("stop: nobody there: says so, and clears away what a dead agent left", unix, async () => {
  await using folder = await tempFolder();
  const missing = join(folder.path, "none");
  assert.deepEqual(await stopAgent({ dataDir: missing }), { outcome: "not_running" });
  await assert.rejects(Deno.stat(missing), Deno.errors.NotFound);
  const agent = await startAgent("ready", folder.path);
  await agent[Symbol.asyncDispose]();
  assert.ok((await namesIn(folder.path)).includes("agent.pid"));
  assert.deepEqual(await stopAgent({ dataDir: folder.path }), { outcome: "not_running" });
  assert.deepEqual(await namesIn(folder.path), ["agent.lock"]);
});

Deno.test("stop: a stale number that is another program's now harms nobody", linux, async () => {
  await using folder = await tempFolder();
  const other = new Deno.Command("sleep", { args: ["1000"], stdin: "null" }).spawn();
  try {
    const pidFile = join(folder.path, "agent.pid");
    await Deno.writeTextFile(pidFile, `${other.pid}\n`);
    assert.deepEqual(await stopAgent({ dataDir: folder.path }), { outcome: "not_running" });
    await assert.rejects(Deno.stat(pidFile), Deno.errors.NotFound);
    // Even while an agent runs that cannot be asked, a forged number is not believed.
    await using _agent = await startAgent("deaf", folder.path);
    await Deno.writeTextFile(pidFile, `${other.pid}\n`);
    await assert.rejects(stopAgent({ dataDir: folder.path, graceMs: 200 }), {
      name: "Failure",
      message: /names no process that is certain/,
    });
    assert.equal(await isRunning(folder.path), true);
    assert.match(await Deno.readTextFile(`/proc/${other.pid}/stat`), /\) S /);
  } finally {
    other.kill("SIGKILL");
    await other.status;
  }
});

Deno.test("stop: over the control channel", async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("ready", folder.path);
  const { pid } = agent;
  const result = await stopAgent({ dataDir: folder.path });
  assert.deepEqual(result, { outcome: "stopped", by: "control", pid });
  assert.equal((await agent.status).code, 0);
  assert.deepEqual(await namesIn(folder.path), ["agent.lock"]);
});

Deno.test("stop: by SIGTERM when the channel is silent", unix, async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("deaf", folder.path);
  const { pid } = agent;
  const result = await stopAgent({ dataDir: folder.path, graceMs: 4000 });
  assert.deepEqual(result, { outcome: "stopped", by: "signal", pid });
  assert.match(agent.output(), /got SIGTERM/);
});

Deno.test("stop: one that will not go is killed, and its files go too", unix, async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("stubborn", folder.path);
  const { pid } = agent;
  const result = await stopAgent({ dataDir: folder.path, graceMs: 300 });
  assert.deepEqual(result, { outcome: "stopped", by: "kill", pid });
  assert.equal((await agent.status).signal, "SIGKILL");
  // The next start has to know that it was no crash.
  assert.deepEqual(await namesIn(folder.path), ["agent.lock", "agent.stop"]);
});

Deno.test("stop: one that is frozen (SIGSTOP) is killed", unix, async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("ready", folder.path);
  Deno.kill(agent.pid, "SIGSTOP");
  const result = await stopAgent({ dataDir: folder.path, graceMs: 500 });
  assert.deepEqual(result, { outcome: "stopped", by: "kill", pid: agent.pid });
});

Deno.test("stop --drain: waits, tells how far it is, never kills", async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("ready", folder.path);
  const { pid } = agent;
  const result = await stopAgent({ dataDir: folder.path, mode: "drain", graceMs: 0 });
  assert.deepEqual(result, { outcome: "stopped", by: "control", pid });
  assert.match(agent.output(), /told to drain/);
});

Deno.test("stop --drain --timeout: still busy is no failure and ends nothing", async () => {
  await using folder = await tempFolder();
  await using _agent = await startAgent("busy", folder.path);
  const seen: boolean[] = [];
  const result = await stopAgent({
    dataDir: folder.path,
    mode: "drain",
    timeoutMs: 1200,
    onProgress: (status) => seen.push(status.draining),
  });
  assert.equal(result.outcome, "still_busy");
  assert.ok(result.outcome === "still_busy" && result.status?.tasks.length === 2);
  assert.ok(seen.length >= 1 && seen.every(Boolean));
  assert.equal(await isRunning(folder.path), true);
  const impatient = AbortSignal.timeout(100);
  await assert.rejects(
    stopAgent({ dataDir: folder.path, mode: "drain", signal: impatient }),
    { name: "TimeoutError" },
  );
  assert.equal((await stopAgent({ dataDir: folder.path })).outcome, "stopped");
});
