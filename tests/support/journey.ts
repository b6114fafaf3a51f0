import assert from "node:assert/strict";
import { join } from "@std/path";

import { editConfig } from "../../src/config/mod.ts";
import { type DevServer, startDevServer } from "../../src/devserver/mod.ts";
import { TEST_IMAGE } from "./engine.ts";

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program as a person uses it, in a folder of its own. */
export interface Traveller {
  /** Where it is started, as this machine calls it; empty at first. */
  readonly folder: string;
  /** Runs one command to its end. */
  agentCore(...args: string[]): Promise<Ended>;
  /** Settings of config.toml that this traveller needs. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** What is there when an agent has been registered and started in the background. */
export interface Settled extends AsyncDisposable {
  readonly server: DevServer;
  readonly serviceId: string;
}

/** What a task's container does with its input. */
const SCRIPT = "cd /workspace; cat input/*-words.txt; echo it ran; " +
  "cat input/*-words.txt | wc -w > output/count.txt";

/** Runs a command in English and fails unless it ends with this code. @returns all that it said */
export async function expectCode(
  { agentCore }: Traveller,
  code: number,
  ...args: string[]
): Promise<string> {
  const ended = await agentCore("--lang", "en", ...args);
  const said = ended.stdout + ended.stderr;
  assert.equal(ended.code, code, `agent-core ${args.join(" ")}: exit ${ended.code}\n${said}`);
  return said;
}

/** What a command prints as JSON. */
export async function printedJson(traveller: Traveller, code: number, ...args: string[]) {
  const { stdout, stderr, ...ended } = await traveller.agentCore("--lang", "en", ...args);
  assert.equal(ended.code, code, stdout + stderr);
  return JSON.parse(stdout);
}

/** `init`, `register` and `run-detached`, from an empty folder and with what goes wrong on the way. */
export async function settle(traveller: Traveller): Promise<Settled> {
  const server = await startDevServer();
  try {
    const { id, registrationToken } = server.createService("traveller");
    const config = join(traveller.folder, "config.toml");
    assert.match(await expectCode(traveller, 0, "--version"), /^agent-core \d+\.\d+\.\d+/);
    assert.match(await expectCode(traveller, 2, "status"), /config\.toml/);
    await expectCode(traveller, 0, "init");
    assert.match(await expectCode(traveller, 1, "init"), /--force/);
    await editConfig(config, {
      "server.base_url": server.url,
      "server.poll_interval_secs": 1,
      "executor.image": TEST_IMAGE,
      "executor.executor_type": "custom",
      "executor.custom_entrypoint": "/bin/sh",
      "disk.min_free": "64m",
      "disk.critical_free": "32m",
      ...traveller.settings,
    });
    const text = await Deno.readTextFile(config);
    const custom = `custom_args = ${JSON.stringify(["-c", SCRIPT])}`;
    await Deno.writeTextFile(config, text.replace(/^#? *custom_args = .*$/m, () => custom));
    assert.match(await expectCode(traveller, 3, "status"), /Not registered/);
    assert.match(await expectCode(traveller, 2, "run-detached"), /register/);
    await expectCode(traveller, 1, "register", "--token", "wrong");
    await expectCode(traveller, 0, "register", "--token", registrationToken);
    assert.match(await Deno.readTextFile(config), new RegExp(`service_id = "${id}"`));
    await expectCode(traveller, 0, "run-detached");
    return { server, serviceId: id, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a person asks of an agent that runs in the background, with a task that it works on. */
export async function useIt(traveller: Traveller, { server, serviceId }: Settled): Promise<void> {
  const status = await printedJson(traveller, 0, "status", "--json");
  assert.equal(status.running, true);
  assert.equal(status.agent.ready, true);
  assert.match(await expectCode(traveller, 1, "run-detached"), /in use by another/);
  const { id } = await server.submit({
    serviceId,
    prompt: "count the words",
    files: [{ name: "words.txt", content: "one two three\n" }],
  });
  const task = await server.waitFor(id, "ended", { timeoutMs: 120_000 });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  const [file] = server.files(id).filter(({ createdBy }) => createdBy === "agent");
  assert.equal(file.name, "output/count.txt");
  assert.equal(new TextDecoder().decode(await server.fileBytes(file.id)).trim(), "3");
  const tasks: { task_id: string }[] = await printedJson(traveller, 0, "tasks", "--json");
  assert.deepEqual(tasks.map((row) => row.task_id), [id]);
  assert.match(await expectCode(traveller, 0, "logs", id), /one two three\n.*it ran/s);
  assert.match(await expectCode(traveller, 0, "logs"), new RegExp(id));
  assert.match(await expectCode(traveller, 0, "doctor"), /Problems: 0/);
}

/** `stop`, and that nothing is left of it. */
export async function stopIt(traveller: Traveller): Promise<void> {
  await expectCode(traveller, 0, "stop");
  assert.equal((await printedJson(traveller, 3, "status", "--json")).running, false);
  assert.match(await expectCode(traveller, 3, "stop"), /No agent is running/);
}
