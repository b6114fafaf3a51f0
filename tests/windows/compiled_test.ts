import assert from "node:assert/strict";
import { join } from "@std/path";

import { compileProgram } from "../support/compiled.ts";
import { testEngine } from "../support/engine.ts";
import {
  expectCode,
  printedJson,
  settle,
  stopIt,
  type Traveller,
  useIt,
} from "../support/journey.ts";
import { relayEngine } from "./engine_relay.ts";
import { prepareWindows, runWindows, windowsPath } from "./windows.ts";

const SOCKET = "/var/run/docker.sock";

interface WindowsUser extends Traveller, AsyncDisposable {
  readonly exe: string;
  /** Where the engine is. */
  readonly host: string;
}

/**
 * The .exe on a Windows machine, with a real engine. The stand-in runtime (Deno 2.6.8 by its own word)
 * cannot speak HTTP over a named pipe ("connect ENOENT", a bug of that version), so that here the engine
 * is at a TCP port; the pipe is pipe_test.ts's. The control channel is a pipe all the same.
 */
async function windowsUser(): Promise<WindowsUser> {
  await using _engine = await testEngine();
  const drives = await prepareWindows();
  const relay = await relayEngine(SOCKET, drives);
  const home = await Deno.makeTempDir({ prefix: "agent-core-" });
  const folder = join(home, "empty folder");
  const exe = join(home, "agent-core.exe");
  await Deno.mkdir(folder);
  await compileProgram({ output: exe, target: "x86_64-pc-windows-msvc" });
  const host = `tcp://127.0.0.1:${relay.port}`;
  const agentCore = (...args: string[]) =>
    runWindows(exe, args, { cwd: folder, env: { DOCKER_HOST: host } });
  return {
    folder,
    exe,
    host,
    agentCore,
    async [Symbol.asyncDispose]() {
      await agentCore("stop");
      await relay[Symbol.asyncDispose]();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The agent in the background, as this machine numbers its processes. */
async function processOf(exe: string): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.startsWith(windowsPath(exe)) && line.includes("\0run\0")) return Number(name);
  }
  throw new Error(`no process of ${exe}`);
}

async function nothingRuns({ folder }: Traveller): Promise<void> {
  await assert.rejects(Deno.stat(join(folder, "data", "agent.pid")), Deno.errors.NotFound);
}

Deno.test("windows, compiled: from init to stop, with a task", async () => {
  await using someone = await windowsUser();
  await using settled = await settle(someone);
  await useIt(someone, settled);
  await stopIt(someone);
  await nothingRuns(someone);
  const task = await expectCode(someone, 0, "install-service", "--print");
  assert.ok(task.includes(`<Command>${windowsPath(someone.exe)}</Command>`), task);
});

Deno.test("windows, compiled: demo from an empty folder, its task on C:", async () => {
  await using someone = await windowsUser();
  assert.match(await expectCode(someone, 0, "demo"), /结果：完成|Result: completed/);
  assert.deepEqual([...Deno.readDirSync(someone.folder)], []);
});

Deno.test("windows, compiled: an agent that hangs is killed, and the next one starts", async () => {
  await using someone = await windowsUser();
  await using _settled = await settle(someone);
  Deno.kill(await processOf(someone.exe), "SIGSTOP");
  assert.match(await expectCode(someone, 0, "stop"), /killed|by force/i);
  await nothingRuns(someone);
  await expectCode(someone, 0, "run-detached");
  await stopIt(someone);
});

Deno.test("windows, compiled: one that the task manager has ended leaves nothing in the way", async () => {
  await using someone = await windowsUser();
  await using _settled = await settle(someone);
  const { agent: { pid } } = await printedJson(someone, 0, "status", "--json");
  const ended = await runWindows("taskkill", ["/F", "/PID", String(pid)], { cwd: someone.folder });
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  assert.equal((await printedJson(someone, 3, "status", "--json")).running, false);
  await expectCode(someone, 0, "run-detached");
  await stopIt(someone);
  await nothingRuns(someone);
});
