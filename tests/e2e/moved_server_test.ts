import assert from "node:assert/strict";

import { callControl } from "../../src/daemon/mod.ts";
import { agentCore } from "../cli/support/program.ts";
import { until } from "../executor/helpers.ts";
import { rawContainer } from "../support/raw_engine.ts";
import type { AgentProcess } from "./agent_process.ts";
import { createWorld, type World } from "./world.ts";

// One Server, known by two addresses: what is under way under one of them is never run under the other.

const env = (url: string) => ({ AGENT_CORE_SERVER_BASE_URL: url });

async function end(agent: AgentProcess): Promise<void> {
  agent.kill("SIGKILL");
  await agent.exited;
}

/** A task that runs under the address of the configuration, and an agent at the other address. */
async function withTwoAddresses(
  body: (parts: {
    readonly world: World;
    readonly other: string;
    readonly taskId: string;
    /** Lets the task end. */
    readonly go: () => Promise<void>;
    readonly agent: AgentProcess;
  }) => Promise<void>,
): Promise<void> {
  await using world = await createWorld();
  const { server, engine } = world;
  const other = server.url.replace("127.0.0.1", "localhost");
  assert.notEqual(other, server.url);
  const first = await world.startAgent();
  const task = await world.submit("echo run >> output/runs; while [ ! -e go ]; do sleep 0.1; done");
  await first.logged(({ message }) => message === "Container started");
  await end(first);
  const container = await engine.inspectContainer(`open-aaas-task-${task.id}`);
  const { Mounts } = await rawContainer(engine, container!.id);
  const workspace = Mounts.find(({ Destination }) => Destination === "/workspace");
  const go = () => Deno.writeTextFile(`${workspace!.Source}/go`, "");

  const agent = await world.startAgent({ env: env(other) });
  const status = await callControl({ dataDir: world.dataDir, request: { command: "status" } });
  assert.match(status.others?.en ?? "", new RegExp(`tasks move --from ${server.url}`));
  // Handed back by the Server, it comes by poll to an agent that must not run it a second time.
  await server.restart({ agedMs: 70_000 });
  await until(async () => (await world.obstacle())?.includes(task.id) ?? false, "the obstacle");
  assert.equal(server.task(task.id)?.status, "pending");
  const after = await engine.inspectContainer(container!.id);
  assert.equal(after?.state.running, true, "its container goes on");
  await body({ world, other, taskId: task.id, go, agent });

  const ended = await world.ended(task);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
  const runs = (await world.outputs(task.id)).get("output/runs");
  assert.equal(new TextDecoder().decode(runs), "run\n");
  const next = await world.submit("true");
  assert.equal((await world.ended(next)).status, "completed");
}

Deno.test("another spelling of the Server's address, and back: the task runs once", () =>
  withTwoAddresses(async ({ world, go, agent }) => {
    await end(agent);
    await world.startAgent();
    await go();
  }));

Deno.test("tasks move makes the tasks of one address those of the other", () =>
  withTwoAddresses(async ({ world, other, taskId, go, agent }) => {
    const { server, configPath, folder } = world;
    const run = (...args: string[]) =>
      agentCore(["--config", configPath, "--lang", "en", "tasks", "move", ...args], {
        cwd: folder,
        env: env(other),
      });
    const early = await run("--from", server.url);
    assert.equal(early.code, 1);
    assert.match(early.stderr, /agent-core stop/);
    await end(agent);
    const wrong = await run("--from", "http://127.0.0.1:1");
    assert.equal(wrong.code, 1);
    assert.ok(wrong.stderr.includes(server.url), wrong.stderr);
    for (const args of [[], ["--from", other]]) assert.equal((await run(...args)).code, 2);
    const moved = await run("--from", `${server.url}/`);
    assert.equal(moved.code, 0, moved.stderr);
    assert.match(moved.stdout, /Moved 1 attempts .* 1 of them/);
    await world.startAgent({ env: env(other) });
    await go();
    await server.waitFor(taskId, "ended");
  }));
