import assert from "node:assert/strict";
import { dirname } from "@std/path";

import type { DevTask } from "../../../src/devserver/mod.ts";
import { TEST_ENGINE } from "../../support/engine_kind.ts";
import { createWorld, type Settings, type World } from "../world.ts";
import { NO_RATE, NO_RATE_SERVER, pausedTask, rawInspect, STEP } from "./outside.ts";

const MIB = 2 ** 20;

/** A world with an agent in it, and what a script prints there. */
async function startedWorld(settings: Settings = {}) {
  const world = await createWorld({ server: NO_RATE_SERVER, settings });
  await world.startAgent(NO_RATE);
  return world;
}

async function ran(world: World, script: string): Promise<DevTask> {
  return await world.ended(await world.submit(script));
}

async function printed(world: World, script: string): Promise<string> {
  const task = await ran(world, script);
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  return String(task.output?.stdout).trim();
}

/** The first of these files, for the two versions of cgroups. */
const firstOf = (...paths: string[]) => `cat ${paths.join(" ")} 2>/dev/null | head -n 1`;

Deno.test("a container has what it needs and no more", async (t) => {
  await using world = await startedWorld({
    executor: { memory_limit: "64m" },
    sandbox: { log_max_size: "4m", pids_limit: 200, cpus: 1.5, nofile_limit: 1234 },
  });
  const step = (name: string, fn: () => Promise<void>) => t.step({ name, ...STEP, fn });

  await step("few capabilities, no new privileges, seccomp on", async () => {
    const status = await printed(world, "cat /proc/self/status");
    const line = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, "m").exec(status)?.[1];
    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE.
    for (const set of ["CapEff", "CapPrm", "CapBnd"]) assert.equal(line(set), "00000000000004fb");
    assert.equal(line("NoNewPrivs"), "1");
    assert.equal(line("Seccomp"), "2");
  });

  await step("what would need more is denied", async () => {
    const denied = [
      "mount -t tmpfs none /mnt",
      "mount -o remount,rw /proc",
      "mknod /tmp/disk b 8 0",
      "hostname other",
      "ping -c 1 -W 1 127.0.0.1",
      "ifconfig lo down",
      "echo b > /proc/sysrq-trigger",
      "echo x > /proc/sys/kernel/core_pattern",
      "echo x > /sys/kernel/uevent_helper",
      "kill -0 2 && cat /proc/kcore | head -c 1 | grep .",
      "cat /proc/kmsg",
      "ls /var/run/docker.sock || ls /run/docker.sock",
      "ls -d /host* /tmp/agent-core-*",
    ];
    const script = denied.map((command) => `(${command}) >/dev/null 2>&1 && echo '${command}'`);
    assert.equal(await printed(world, `mkdir /mnt; ${script.join("\n")}\ntrue`), "");
    const disks = await printed(world, "ls /dev | grep -E '^(sd|vd|nvme|kvm|mem|fuse)' || true");
    assert.equal(disks, "");
  });

  await step("an init is process 1, and reaps", async () => {
    assert.match(await printed(world, "cat /proc/1/comm"), /init|tini|catatonit/);
    const zombies = await printed(
      world,
      "for n in 1 2 3; do (sleep 0.1 &) ; done; sleep 1; ps | grep -c '[s]leep' || true",
    );
    assert.equal(zombies, "0");
  });

  await step(
    "limits: processes, memory with swap, files, core files, shared memory, CPUs",
    async () => {
      const pids = firstOf("/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/pids.max");
      assert.equal(await printed(world, pids), "200");
      const memory = firstOf(
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory.max",
      );
      assert.equal(await printed(world, memory), String(64 * MIB));
      assert.equal(await printed(world, "ulimit -n; ulimit -c"), "1234\n0");
      assert.equal(await printed(world, "df -m /dev/shm | tail -n 1 | awk '{ print $2 }'"), "256");
      const { task, goOn } = await pausedTask(world);
      const { HostConfig: host } = JSON.parse(await rawInspect(world, task.id));
      await goOn();
      await world.ended(task);
      assert.equal(host.MemorySwap, 64 * MIB);
      assert.equal(host.NanoCpus, 1.5e9);
      assert.equal(host.Privileged, false);
      // Podman tells the difference to its own defaults; what a process has, the first step shows.
      if (!TEST_ENGINE.isPodman) assert.deepEqual(host.CapDrop, ["ALL"]);
      for (const mode of ["PidMode", "IpcMode", "UTSMode", "UsernsMode"]) {
        assert.notEqual(host[mode], "host", mode);
      }
      const security = (host.SecurityOpt ?? []).join();
      assert.doesNotMatch(security, /unconfined/);
    },
  );

  await step("a fork bomb is bounded, and others go on meanwhile", async () => {
    const bomb = await world.submit("b() { b | b & }; b; sleep 2; while true; do b; done");
    const next = await world.submit("echo alive");
    assert.equal((await world.ended(next)).output?.stdout, "alive\n");
    const task = await world.ended(bomb);
    assert.equal(task.status, "failed");
    const counted = await ran(
      world,
      `n=0; while [ $n -lt 400 ]; do n=$((n+1)); echo $n > output/count; sleep 60 & done`,
    );
    assert.equal(counted.status, "failed");
    assert.match(counted.errorMessage!, /fork/);
    const count = Number(
      new TextDecoder().decode((await world.outputs(counted.id)).get("output/count")),
    );
    assert.ok(count > 100 && count < 200, `${count} processes`);
  });

  await step("a memory bomb is killed, and swap does not help it", async () => {
    const task = await ran(world, "exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'");
    assert.equal(task.status, "failed");
    assert.match(task.errorMessage!, /memory|137/);
  });

  await step(
    "a flood of output stays small at the engine, in the log and in the report",
    async () => {
      const { task, goOn } = await pausedTask(world, "yes $(printf %01000d 0) | head -c 40000000");
      const { LogPath } = JSON.parse(await rawInspect(world, task.id));
      let kept = 0;
      for await (const { name } of Deno.readDir(dirname(LogPath))) {
        if (name.includes(".log")) kept += (await Deno.stat(`${dirname(LogPath)}/${name}`)).size;
      }
      // Podman begins anew when the log is full.
      const least = TEST_ENGINE.isPodman ? 1 : MIB;
      assert.ok(kept > least && kept < 6 * MIB, `the engine keeps ${kept} bytes`);
      await goOn();
      const ended = await world.ended(task);
      assert.equal(ended.status, "completed", ended.errorMessage ?? "");
      assert.ok(String(ended.output?.stdout).length <= 64 * 1024);
      let logged = 0;
      for await (const { name } of Deno.readDir(`${world.dataDir}/logs`)) {
        if (name.includes(task.id)) {
          logged += (await Deno.stat(`${world.dataDir}/logs/${name}`)).size;
        }
      }
      assert.ok(logged <= 65 * MIB, `the agent keeps ${logged} bytes`);
    },
  );
});

Deno.test("options: no network, a read-only root, an ordinary user, no capabilities", async () => {
  await using world = await startedWorld({
    sandbox: { network: "none", read_only_root: true, user: "1000:1000", capabilities: [] },
  });
  const port = new URL(world.server.url).port;
  const words = await printed(
    world,
    `id -u; ls /sys/class/net; grep CapEff /proc/self/status | cut -f 2
     touch /root-file 2>/dev/null || echo read-only
     touch /tmp/file && touch output/file && echo writable
     wget -q -T 2 -O - http://127.0.0.1:${port}/health 2>/dev/null || echo unreachable`,
  );
  assert.equal(words, "1000\nlo\n0000000000000000\nread-only\nwritable\nunreachable");
});

Deno.test("a network or a runtime that the engine does not have ends the start, with its name", async () => {
  for (const [key, value] of [["network", "no-such-net"], ["runtime", "no-such-runtime"]]) {
    await using world = await createWorld({ settings: { sandbox: { [key]: value } } });
    await assert.rejects(world.startAgent(), new RegExp(value));
  }
  for (const network of ["host", "container:other"]) {
    await using world = await createWorld({ settings: { sandbox: { network } } });
    await assert.rejects(world.startAgent(), /sandbox\.network/);
  }
});
