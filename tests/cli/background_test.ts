import assert from "node:assert/strict";
import { join } from "@std/path";

import { isRunning } from "../../src/daemon/mod.ts";
import { eventually, withServer } from "./support/place.ts";

Deno.test("run-detached, status, logs and stop", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    const none = await place.run(["status"]);
    assert.equal(none.code, 3);
    assert.match(none.stdout, /Running: no/);

    const up = await place.run(["run-detached"]);
    assert.equal(up.code, 0, up.stderr);
    const pid = Number((await Deno.readTextFile(join(place.dataDir, "agent.pid"))).trim());
    assert.match(
      up.stdout,
      new RegExp(`process ${pid}\\b.*In touch with the Server ${server.url}`, "s"),
    );

    const second = await place.run(["run-detached"]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`process ${pid}\\b.*agent-core stop`, "s"));
    const third = await place.run(["run"]);
    assert.equal(third.code, 1);
    assert.match(third.stderr, new RegExp(`process ${pid}\\b`));

    const { code, stdout } = await place.run(["status"], { AGENT_CORE_LANG: "zh" });
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`运行状态: 运行中（进程 ${pid}，`));
    const json = JSON.parse((await place.run(["status", "--json"])).stdout);
    assert.equal(json.agent.pid, pid);
    assert.equal(json.running, true);

    const log = await place.run(["logs"]);
    assert.equal(log.code, 0);
    assert.match(log.stdout, /is up: Server/);
    assert.equal((await place.run(["logs", "-n", "1"])).stdout.trim().split("\n").length, 1);

    const stopped = await place.run(["stop"]);
    assert.equal(stopped.code, 0);
    assert.match(stopped.stdout, /^Stopped\./);
    await assert.rejects(Deno.stat(join(place.dataDir, "agent.pid")), Deno.errors.NotFound);
    const idle = await place.run(["stop"]);
    assert.equal(idle.code, 3);
    assert.match(idle.stdout, /No agent is running/);
  });
});

Deno.test("run-detached says that the Server does not accept the key, and what to do", async () => {
  await withServer(async (place, server) => {
    const { serviceId } = server.createAgent("lab");
    await place.configure({ url: server.url, agent: { serviceId, apiKey: "ak_agent_wrong" } });
    const up = await place.run(["run-detached"]);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stdout, /Running in the background/);
    assert.doesNotMatch(up.stdout, /In touch/);
    assert.match(
      up.stderr,
      /running, but the Server does not accept its key.*401.*register --force/s,
    );
    assert.equal((await place.run(["stop"])).code, 0);
    const zh = await place.run(["run-detached"], { AGENT_CORE_LANG: "zh" });
    assert.match(zh.stderr, /在运行，但 Server 不接受它的密钥.*重新注册/s);
  });
});

Deno.test("run-detached says that the Server cannot be reached, and that it keeps trying", async () => {
  await withServer(async (place, server) => {
    const url = nobodyAt();
    await place.configure({ url, agent: server.createAgent("lab") });
    const up = await place.run(["run-detached"]);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stdout, /Running in the background/);
    assert.match(up.stderr, /not in touch with the Server: .*cannot connect to .*It keeps trying/s);
    assert.match((await place.run(["status"])).stdout, /Running: yes/);
  });
});

Deno.test("run-detached waits for a Server that comes up a moment later", async () => {
  await withServer(async (place, first) => {
    const agent = first.createAgent("lab");
    await using relay = relayTo(first.url);
    await place.configure({ url: relay.url, agent });
    const up = await place.run(["run-detached"]);
    assert.equal(up.code, 0, up.stderr);
    assert.ok(relay.refused > 0);
    assert.match(up.stdout, /In touch with the Server/);
  });
});

Deno.test("status says exactly what it should, in both languages", async () => {
  await withServer(async (place, server) => {
    const agent = server.createAgent("lab");
    await place.configure({ url: server.url, agent });
    const zh = await place.run(["status"], { AGENT_CORE_LANG: "zh" });
    assert.equal(
      zh.stdout,
      `OpenAaaS Agent 状态
====================
配置文件: ${place.configPath}
数据目录: ${place.dataDir}

Server URL: ${server.url}
轮询间隔: 1 秒

注册状态: 已注册
Service ID: ${agent.serviceId}
Agent 名称: agent-core

执行器配置:
  镜像: agent-core-test:latest
  容量: 2
  超时: 0 分钟

运行状态: 未运行
`,
    );
    const en = await place.run(["status"]);
    assert.equal(
      en.stdout,
      `OpenAaaS Agent Status
====================
Config file: ${place.configPath}
Data directory: ${place.dataDir}

Server URL: ${server.url}
Poll interval: 1 seconds

Registration status: Registered
Service ID: ${agent.serviceId}
Agent name: agent-core

Executor configuration:
  Image: agent-core-test:latest
  Capacity: 2
  Timeout: 0 minutes

Running: no
`,
    );
  });
});

Deno.test("kill -9 and a stale pid file harm nobody", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    await place.run(["run-detached"]);
    const pidFile = join(place.dataDir, "agent.pid");
    Deno.kill(Number(await Deno.readTextFile(pidFile)), "SIGKILL");
    await eventually(async () => !(await isRunning(place.dataDir)));
    assert.equal((await place.run(["status"])).code, 3);

    // The number of a process that is somebody else's: this test's own.
    await Deno.writeTextFile(pidFile, `${Deno.pid}\n`);
    const stop = await place.run(["stop"]);
    assert.equal(stop.code, 3);
    await assert.rejects(Deno.stat(pidFile), Deno.errors.NotFound);

    await Deno.writeTextFile(pidFile, `${Deno.pid}\n`);
    const up = await place.run(["run-detached"]);
    assert.equal(up.code, 0, up.stderr);
    assert.equal((await place.run(["stop"])).code, 0);
  });
});

Deno.test("a start that fails says why, with the last lines of the log", async () => {
  await withServer(async (place, server) => {
    const agent = server.createAgent("lab");
    await place.configure({ url: server.url, agent, image: "127.0.0.1:1/no/such:1" });
    const { code, stdout, stderr } = await place.run(["run-detached"]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /agent\.log.*127\.0\.0\.1:1\/no\/such:1/s);
    assert.equal(await isRunning(place.dataDir), false);
  });
});

Deno.test("stop --drain waits for the tasks under way, for as long as asked", async () => {
  await withServer(async (place, server) => {
    const agent = server.createAgent("lab");
    const script = "while [ ! -e output/go ]; do sleep 0.1; done; echo done";
    await place.configure({ url: server.url, agent, script });
    await place.run(["run-detached"]);
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "wait" });
    await eventually(async () => (await tasksOf(place))[0]?.state === "running");
    const busy = await place.run(["stop", "--drain", "--timeout", "1s"]);
    assert.equal(busy.code, 4);
    assert.match(busy.stdout, /1 task\(s\) are left/);
    assert.doesNotMatch(busy.stderr, /error|are left/i);
    assert.equal((await place.run(["stop", "--drain", "--timeout", "0.1s"])).code, 4);
    assert.match((await place.run(["status"])).stdout, /Takes no new tasks/);
    // It was asked to go, and goes with its last task although nobody waits any more.
    await Deno.writeTextFile(join(place.dataDir, "workspaces", id, "output", "go"), "");
    await eventually(async () => !(await isRunning(place.dataDir)));
    assert.equal(server.task(id)?.status, "completed");
  });
});

Deno.test("stop --drain of an idle agent stops it at once", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    await place.run(["run-detached"]);
    const { code, stdout } = await place.run(["stop", "--drain"]);
    assert.equal(code, 0);
    assert.match(stdout, /^Stopped\./);
  });
});

Deno.test("stop --cancel-tasks ends the tasks and reports them", async () => {
  await withServer(async (place, server) => {
    const agent = server.createAgent("lab");
    await place.configure({ url: server.url, agent, script: "sleep 1000" });
    await place.run(["run-detached"]);
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "wait" });
    await eventually(async () => (await tasksOf(place))[0]?.state === "running");
    const { code } = await place.run(["stop", "--cancel-tasks"]);
    assert.equal(code, 0);
    const task = await server.waitFor(id, "ended", { timeoutMs: 10_000 });
    assert.equal(task.status, "cancelled");
  });
});

Deno.test("an agent can be stopped although its configuration is broken by now", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    await place.run(["run-detached"]);
    await Deno.writeTextFile(place.configPath, "[server\n");
    assert.equal((await place.run(["stop"])).code, 2);
    assert.equal((await place.run(["stop", "--data-dir", "data"])).code, 0);
  });
});

async function tasksOf(
  place: { run(args: readonly string[]): Promise<{ readonly stdout: string }> },
): Promise<{ readonly state: string }[]> {
  return JSON.parse((await place.run(["tasks", "--json"])).stdout || "[]");
}

/** An address that nobody listens at. */
function nobodyAt(): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return `http://127.0.0.1:${port}`;
}

/** A proxy before a Server that is still starting: it answers the first call with 503. */
function relayTo(target: string) {
  let refused = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (call) => {
      if (refused++ === 0) return new Response("starting", { status: 503 });
      const { pathname } = new URL(call.url);
      const { method, headers } = call;
      return await fetch(target + pathname, { method, headers, body: await call.bytes() });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get refused() {
      return refused;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
