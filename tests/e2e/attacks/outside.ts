import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import type { DevTask } from "../../../src/devserver/mod.ts";
import { denoFlags } from "../agent_process.ts";
import type { World } from "../world.ts";

/** What only the machine's owner may read; no byte of it may ever reach the Server. */
export const SECRET = "the lab's private data 7e1f";

/** Puts the secret beside the data folder. @returns its path */
export async function plantSecret(world: World): Promise<string> {
  const path = join(world.folder, "secret.txt");
  await Deno.writeTextFile(path, SECRET);
  return path;
}

/** What a task left out: name → reason. */
export function skippedOf(task: DevTask): Map<string, string> {
  const skipped = (task.output?.skipped_files ?? []) as { name: string; reason: string }[];
  return new Map(skipped.map(({ name, reason }) => [name, reason]));
}

/** Checks of any ended task, however nasty: nothing of the outside in it, and a report of a fair size. */
export async function assertHarmless(world: World, task: DevTask): Promise<void> {
  const report = JSON.stringify([task.output, task.errorMessage]);
  const bytes = new TextEncoder().encode(report).length;
  assert.ok(bytes < 2 ** 20, `the report has ${bytes} bytes`);
  assert.ok((task.errorMessage ?? "").length < 2000, "the error message is too long");
  assert.ok(skippedOf(task).size <= 200, "too many names were left out by name");
  const key = await keyOf(world);
  const look = (where: string, text: string) => {
    assert.ok(!text.includes(SECRET), `${where} holds the secret`);
    assert.ok(!text.includes(key), `${where} holds the key`);
    assert.ok(!/^root:.*:0:0:/m.test(text), `${where} holds a password file`);
  };
  look("the report", report);
  for (const file of world.server.files(task.id)) {
    if (file.createdBy !== "agent" || !file.stored || file.sizeBytes > 50_000_000) continue;
    const text = new TextDecoder("latin1").decode(await world.server.fileBytes(file.id));
    look(file.name, text);
  }
}

/** The agent's own key, as it stands in config.toml. */
export async function keyOf(world: World): Promise<string> {
  const text = await Deno.readTextFile(world.configPath);
  return /api_key = "([^"]+)"/.exec(text)![1];
}

/** What `wanted` gives once it gives something; looked at again and again until then. */
export async function eventually<T>(
  what: string,
  wanted: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await wanted();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`it never came about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An environment in which the agent keeps to no rate: the Server of these tests has none. */
export const NO_RATE = { env: { AGENT_CORE_REQUESTS_PER_MINUTE: "0" } };
/** The Server for it. */
export const NO_RATE_SERVER = { ratePerMinute: Infinity };

/** Steps of one world: its connections outlive each of them. */
export const STEP = { sanitizeResources: false, sanitizeOps: false };

/** Runs a command of the program and gives all that it printed. */
export async function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  const main = fromFileUrl(new URL("../../../main.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...denoFlags(), main, "--lang", "en", ...args],
    env: { ...env },
    stdin: "null",
  }).output();
  const words = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, output: words(stdout) + words(stderr) };
}

/** All that the engine says of a task's container, as text. */
export async function rawInspect(world: World, taskId: string): Promise<string> {
  const { endpoint } = world.engine;
  assert.ok(endpoint.kind === "unix", "these tests need an engine behind a unix socket");
  using client = Deno.createHttpClient({ proxy: { transport: "unix", path: endpoint.path } });
  const answer = await fetch(`http://localhost/containers/open-aaas-task-${taskId}/json`, {
    client,
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

/** A task that waits in the middle until it is told to go on, and its workspace on the host. */
export async function pausedTask(world: World, script = "true", after = "true") {
  const task = await world.submit(`
    ${script}
    touch waiting; while [ ! -e go ]; do sleep 0.1; done; rm waiting go
    ${after}`);
  const dir = join(world.dataDir, "workspaces", task.id);
  await eventually(`${dir}/waiting`, () => Deno.stat(join(dir, "waiting")).catch(() => undefined));
  return { task, dir, goOn: () => Deno.writeTextFile(join(dir, "go"), "") };
}
