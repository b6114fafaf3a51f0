import assert from "node:assert/strict";
import { join } from "@std/path";

import { TEST_IMAGE, testEngine } from "../support/engine.ts";
import { startDevServer } from "../../src/devserver/mod.ts";
import { relayEngine } from "./engine_relay.ts";
import {
  DENO_EXE,
  NODE_EXE,
  prepareWindows,
  ROOT,
  runWindows,
  startWindows,
  whatItSaid,
  windowsPath,
} from "./windows.ts";

const SOCKET = "/var/run/docker.sock";
/** Where Docker Desktop's engine is. */
const PIPE = "\\\\.\\pipe\\docker_engine";
const PATIENCE_MS = 60_000;
const SCRIPT = "cd /workspace; tr a-z A-Z < input/01-words.txt > output/loud.txt; echo done";

/** Waits until a program that was started with this output has said something. */
async function said(output: string, wanted: RegExp, child: Deno.ChildProcess): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  let gone = false;
  child.status.then(() => gone = true);
  for (;;) {
    const ended = gone;
    const { stdout, stderr } = await whatItSaid(output);
    if (wanted.test(stdout + stderr)) return stdout + stderr;
    if (ended || performance.now() > deadline) {
      throw new Error(`It never said ${wanted}, but:\n${stdout}${stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends a program if it has not ended. */
async function ended(child: Deno.ChildProcess | undefined): Promise<void> {
  try {
    child?.kill("SIGKILL");
  } catch { /* it has */ }
  await child?.status;
}

/** The packages of offline/, where Windows' deno finds them: the store has the same form everywhere. */
async function copyPackages(folder: string): Promise<string> {
  const map = `${ROOT}offline/import_map.json`;
  const deno = async (...args: string[]) => {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" })
      .output();
    assert.ok(success, `deno ${args[0]} failed`);
    return new TextDecoder().decode(stdout);
  };
  await deno("cache", "--quiet", "--no-lock", "--import-map", map, `${ROOT}main.ts`);
  const { npmCache } = JSON.parse(await deno("info", "--json"));
  const store = join(folder, "deno");
  await Deno.mkdir(store);
  const copy = new Deno.Command("cp", { args: ["-r", npmCache, join(store, "npm")] });
  assert.ok((await copy.output()).success, "cp failed");
  return windowsPath(store);
}

Deno.test("windows, from source: a task by the engine's named pipe, its data on C:", async () => {
  await using engine = await testEngine();
  const drives = await prepareWindows();
  await using relay = await relayEngine(SOCKET, drives);
  await using server = await startDevServer();
  const { serviceId, apiKey } = server.createAgent("windows", 1);
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  const name = folder.split("/").at(-1)!;
  const onC = join(drives.c, name);
  const env = { DENO_DIR: await copyPackages(folder), DENO_NO_UPDATE_CHECK: "1" };
  const source = ["run", "--quiet", "--allow-all", "--no-lock", "--cached-only"];
  source.push("--config", windowsPath(`${ROOT}deno.json`));
  source.push("--import-map", windowsPath(`${ROOT}offline/import_map.json`));
  const agentCore = [...source, windowsPath(`${ROOT}main.ts`), "--lang", "en"];
  const pipe = startWindows(
    NODE_EXE,
    [windowsPath(`${ROOT}tests/windows/pipe_relay.mjs`), PIPE, String(relay.port)],
    { cwd: folder, output: join(folder, "pipe") },
  );
  let agent: Deno.ChildProcess | undefined;
  try {
    await said(join(folder, "pipe"), /ready/, pipe);
    await Deno.writeTextFile(
      join(folder, "config.toml"),
      `[server]
base_url = "${server.url}"
poll_interval_secs = 1
[agent]
service_id = "${serviceId}"
api_key = "${apiKey}"
[executor]
image = "${TEST_IMAGE}"
executor_type = "custom"
custom_entrypoint = ["/bin/sh", "-c"]
custom_args = [${JSON.stringify(SCRIPT)}]
[paths]
data_dir = 'C:\\${name}'
[disk]
min_free = "64m"
critical_free = "32m"
`,
    );
    const output = join(folder, "agent");
    agent = startWindows(DENO_EXE, [...agentCore, "run"], { cwd: folder, env, output });
    assert.match(await said(output, /is up:/, agent), /Checking Docker \(npipe:/);
    const { id } = await server.submit({
      serviceId,
      prompt: "louder",
      files: [{ name: "words.txt", content: "heard on the other side\n" }],
    });
    const task = await server.waitFor(id, "ended", { timeoutMs: PATIENCE_MS });
    assert.equal(task.status, "completed", task.errorMessage ?? "");
    assert.equal(task.output?.stdout, "done\n");
    const [file] = server.files(id).filter(({ createdBy }) => createdBy === "agent");
    const bytes = await server.fileBytes(file.id);
    assert.equal(new TextDecoder().decode(bytes), "HEARD ON THE OTHER SIDE\n");
    // As Docker Desktop wants a path of a drive.
    assert.ok(relay.mounted.length > 0);
    for (const source of relay.mounted) assert.match(source, new RegExp(`^/c/${name}/`));
    const run = (...args: string[]) =>
      runWindows(DENO_EXE, [...agentCore, ...args], { cwd: folder, env });
    const doctor = await run("doctor");
    assert.match(doctor.stdout, /npipe:/);
    assert.equal(doctor.code, 0, doctor.stdout);
    const stop = await run("stop");
    assert.equal(stop.code, 0, stop.stdout + stop.stderr);
    assert.equal((await agent.status).code, 0);
    const agentId = (await Deno.readTextFile(join(onC, "agent.id"))).trim();
    const labels = { "open-aaas.agent": agentId };
    assert.deepEqual(await engine.listContainers({ labels, all: true }), []);
  } finally {
    for (const child of [agent, pipe]) await child?.stdin.close().catch(() => {});
    for (const child of [agent, pipe]) await ended(child);
    await Deno.remove(onC, { recursive: true }).catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
});
