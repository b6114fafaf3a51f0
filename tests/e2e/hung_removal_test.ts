import assert from "node:assert/strict";

import { stopAgent } from "../../src/daemon/mod.ts";
import { testEngine } from "../support/engine.ts";
import { until } from "../executor/helpers.ts";
import { createWorld } from "./world.ts";

const SOCKET = "/var/run/docker.sock";

/** A relay to the engine that, once armed, swallows every removal of the first container it sees go. */
function relayWithHungRemoval() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const state = { armed: false, hung: undefined as string | undefined };
  const pump = async (from: Deno.Conn, to: Deno.Conn, watched: boolean) => {
    const buffer = new Uint8Array(65536);
    try {
      for (let read; (read = await from.read(buffer)) !== null;) {
        const bytes = buffer.subarray(0, read);
        const head = watched ? new TextDecoder().decode(bytes.subarray(0, 300)) : "";
        const id = /^DELETE \S*\/containers\/([0-9a-f]{12,64})/.exec(head)?.[1];
        if (id && state.armed) state.hung ??= id;
        if (id && id === state.hung) return;
        for (let sent = 0; sent < read;) sent += await to.write(bytes.subarray(sent));
      }
    } catch { /* one side has gone */ }
    close(from);
    close(to);
  };
  const serving = (async () => {
    for await (const near of listener) {
      const far = await Deno.connect({ transport: "unix", path: SOCKET });
      open.add(near).add(far);
      pump(near, far, true);
      pump(far, near, false);
    }
  })();
  return {
    state,
    host: `tcp://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      open.forEach(close);
      await serving;
    },
  };
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch { /* closed already */ }
}

async function mount(path: string): Promise<void> {
  const args = ["-t", "tmpfs", "-o", "size=400m,mode=0700", "none", path];
  const { success } = await new Deno.Command("mount", { args }).output();
  assert.ok(success, "this test needs to be root");
}

Deno.test({
  name: "a removal that hangs is given up, and keeps neither the disk's watch nor a drain waiting",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using relay = relayWithHungRemoval();
    const disk = await Deno.makeTempDir({ prefix: "agent-core-" });
    await mount(disk);
    try {
      await using world = await createWorld({
        engine: { host: relay.host, connection: await testEngine() },
        dataDir: `${disk}/data`,
        settings: { disk: { min_free: "128m", critical_free: "96m" } },
      });
      const agent = await world.startAgent();
      relay.state.armed = true;
      assert.equal((await world.ended(await world.submit("true"))).status, "completed");
      await until(() => Promise.resolve(relay.state.hung !== undefined));
      const stuck = relay.state.hung!;
      try {
        const task = await world.submit("sleep 600");
        await agent.logged((line) => line.task === task.id && line.message === "Container started");
        await agent.logged((line) => line.message.includes(stuck.slice(0, 12)), 90_000);
        await Deno.writeFile(`${disk}/filler`, new Uint8Array(320 << 20));
        const ended = await world.ended(task);
        assert.equal(ended.status, "failed");
        assert.match(ended.errorMessage!, /disk/i);
        await Deno.remove(`${disk}/filler`);
        const result = await stopAgent({
          dataDir: world.dataDir,
          mode: "drain",
          timeoutMs: 90_000,
        });
        assert.equal(result.outcome, "stopped");
      } finally {
        await world.engine.removeContainer(stuck, { force: true });
      }
    } finally {
      await new Deno.Command("umount", { args: ["-l", disk] }).output();
      await Deno.remove(disk);
    }
  },
});
