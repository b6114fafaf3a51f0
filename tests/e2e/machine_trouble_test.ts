import assert from "node:assert/strict";
import { join } from "@std/path";

import type { DevTask } from "../../src/devserver/mod.ts";
import { createDirectHttpClient } from "../../src/util/mod.ts";
import { until } from "../executor/helpers.ts";
import { createWorld } from "./world.ts";

// What the machine is to blame for is never a task's failure: tasks wait, and go on when it has passed.

/** A folder that every task gets as `/data`. */
async function mountOf(folder: string): Promise<string> {
  await Deno.mkdir(join(folder, "shared"));
  return `[[paths.mounts]]\nhost = ${JSON.stringify(join(folder, "shared"))}\n` +
    `container = "/data"\nreadonly = true\n`;
}

/** Makes or removes a network; the agent itself has no call for that. */
async function network(method: "POST" | "DELETE", path: string, body?: object): Promise<void> {
  const socket = (Deno.env.get("DOCKER_HOST") ?? "unix:///var/run/docker.sock").slice(7);
  using client = createDirectHttpClient({ proxy: { transport: "unix", path: socket } });
  const headers = { "content-type": "application/json" };
  const url = `http://localhost/v1.41${path}`;
  const answer = await fetch(url, { client, method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${await answer.text()}`);
  await answer.body?.cancel().catch(() => {});
}

Deno.test("while a mount's folder is away tasks wait, can be cancelled, and go on when it is back", async () => {
  await using world = await createWorld({ more: mountOf });
  const shared = join(world.folder, "shared");
  await world.startAgent();
  await Deno.rename(shared, `${shared}.away`);
  const tasks: DevTask[] = [];
  for (let n = 0; n < 5; n++) tasks.push(await world.submit(`echo ${n} > output/n`));
  await until(async () => (await world.obstacle())?.includes(shared) ?? false, "the obstacle");
  const status = (n: number) => world.server.task(tasks[n].id)?.status;
  await until(() => status(0) === "running");
  world.server.cancel(tasks[0].id);
  assert.equal((await world.ended(tasks[0])).status, "cancelled");
  assert.deepEqual(tasks.map((_, n) => status(n)).filter((word) => word === "failed"), []);
  assert.equal(world.server.service(world.serviceId)?.status !== "offline", true);
  await Deno.rename(`${shared}.away`, shared);
  for (const task of tasks.slice(1)) {
    const ended = await world.ended(task);
    assert.equal(ended.status, "completed", ended.errorMessage ?? "");
    assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/n"]);
  }
  await until(async () => await world.obstacle() === undefined, "the obstacle to pass");
});

Deno.test("a mount that vanishes between a container's creation and its start is waited for", async () => {
  await using world = await createWorld({ more: mountOf });
  const shared = join(world.folder, "shared");
  const agent = await world.startAgent();
  // The engine opens a mount's folder at the start only: it is taken away before each start is tried.
  let away = false;
  const moving = setInterval(() => {
    if (away || !agent.log.some(({ message }) => message === "Workspace is ready")) return;
    away = true;
    Deno.renameSync(shared, `${shared}.away`);
  }, 1);
  const task = await world.submit("echo x > output/x");
  await until(() => away);
  clearInterval(moving);
  await until(async () => {
    return (await world.obstacle()) !== undefined ||
      world.server.task(task.id)?.status === "completed";
  });
  await Deno.rename(`${shared}.away`, shared);
  assert.equal((await world.ended(task)).status, "completed");
});

Deno.test("an agent whose start check fails delivers what it has, and goes on when it passes", async () => {
  await using world = await createWorld({ more: mountOf });
  const shared = join(world.folder, "shared");
  world.server.faults.inject({
    call: "complete",
    effect: { kind: "answer", status: 503 },
    times: Infinity,
  });
  const first = await world.startAgent();
  const done = await world.submit("echo x > output/x");
  await first.logged(({ message }) => message === "Output files collected");
  const running = await world.submit("sleep 8; echo y > output/y");
  await first.logged(({ task, message }) => task === running.id && message === "Container started");
  first.kill("SIGKILL");
  await first.exited;
  await Deno.rename(shared, `${shared}.away`);
  world.server.faults.clear();
  await world.startAgent();
  assert.equal((await world.ended(done)).status, "completed");
  assert.equal((await world.ended(running)).status, "completed");
  const next = await world.submit("echo z > output/z");
  await until(async () => (await world.obstacle())?.includes(shared) ?? false, "the obstacle");
  assert.equal(world.server.task(next.id)?.status, "pending");
  await Deno.rename(`${shared}.away`, shared);
  assert.equal((await world.ended(next)).status, "completed");
});

Deno.test("while the configured network is gone tasks wait, and go on when there is one again", async () => {
  const name = `agent-core-test-${crypto.randomUUID().slice(0, 8)}`;
  await using _network = { [Symbol.asyncDispose]: () => network("DELETE", `/networks/${name}`) };
  await network("POST", "/networks/create", { Name: name, Internal: true });
  await using world = await createWorld({ settings: { sandbox: { network: name } } });
  await world.startAgent();
  await network("DELETE", `/networks/${name}`);
  const task = await world.submit("echo x > output/x");
  await until(async () => (await world.obstacle())?.includes(name) ?? false, "the obstacle");
  assert.equal(world.server.task(task.id)?.status, "running");
  await network("POST", "/networks/create", { Name: name, Internal: true });
  const ended = await world.ended(task);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
});

Deno.test("a task whose image lacks the command fails by itself, and no other task waits for it", async () => {
  await using world = await createWorld({
    settings: {
      executor: { custom_entrypoint: ["/no/such/thing"], custom_args: [] },
      sandbox: { init: false },
    },
  });
  await world.startAgent();
  for (const task of [await world.submit("true"), await world.submit("true")]) {
    const ended = await world.ended(task);
    assert.equal(ended.status, "failed");
    assert.match(ended.errorMessage ?? "", /\/no\/such\/thing/);
  }
  assert.equal(await world.obstacle(), undefined);
});
