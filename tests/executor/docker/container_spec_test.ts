import assert from "node:assert/strict";
import { containerSpec } from "../../../src/executor/docker/container_spec.ts";
import { traitsOf } from "../../../src/executor/docker/engine_traits.ts";
import type { Config } from "../../../src/config/mod.ts";
import { testConfig } from "../helpers.ts";

Deno.test("the container of a task: everything that is asked for, nothing that is not", () => {
  const config = testConfig("/data", {
    executor: {
      memoryLimit: 1e9,
      enableHostAccess: true,
      timeoutMinutes: 1.5,
    },
    paths: {
      mounts: [{ host: "/srv/models", container: "/models", readonly: true, secret: false }],
    },
    sandbox: { cpus: 1.5, runtime: "runsc", logMaxSize: 400, readOnlyRoot: true },
  });
  const facts = {
    attempt: { taskId: "t\0t" },
    labels: { a: "b" },
    workspace: "/data/workspaces/t",
    spell: (path: string) => `/host${path}`,
    selinux: false,
    rootless: false,
    logDriver: "json-file" as const,
    traits: traitsOf({ name: "Docker" }),
    imageUser: "worker",
    gpu: { vendor: "nvidia", way: "nvidia", ids: ["0", "GPU-x"], isListed: false } as const,
  };
  const { HostConfig: host, ...spec } = containerSpec(config, facts);
  assert.deepEqual(spec, {
    Image: "agent-core-test:latest",
    Env: [
      "TASK_ID=t\ufffdt",
      "TIMEOUT=90",
      "NVIDIA_VISIBLE_DEVICES=0,GPU-x",
      "AMD_VISIBLE_DEVICES=none",
    ],
    WorkingDir: "/workspace",
    Labels: { a: "b" },
    StopSignal: "SIGTERM",
    Healthcheck: { Test: ["NONE"] },
  });
  assert.deepEqual(host, {
    Mounts: [
      { Type: "bind", Source: "/data/workspaces/t", Target: "/workspace" },
      { Type: "bind", Source: "/host/srv/models", Target: "/models", ReadOnly: true },
    ],
    Memory: 1e9,
    MemorySwap: 1e9,
    NanoCpus: 1_500_000_000,
    PidsLimit: 2048,
    ShmSize: 64 * 1024 * 1024,
    Ulimits: [
      { Name: "nofile", Soft: 1024, Hard: 1024 },
      { Name: "core", Soft: 0, Hard: 0 },
      { Name: "cpu", Soft: -1, Hard: -1 },
      { Name: "data", Soft: -1, Hard: -1 },
      { Name: "fsize", Soft: -1, Hard: -1 },
    ],
    CapDrop: ["ALL"],
    CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID", "KILL"],
    SecurityOpt: ["no-new-privileges"],
    Init: true,
    IpcMode: "private",
    ReadonlyRootfs: true,
    Tmpfs: { "/tmp": "rw,nosuid,nodev,exec,mode=1777", "/run": "rw,nosuid,nodev,mode=755" },
    Runtime: "runsc",
    NetworkMode: "none",
    ExtraHosts: ["host.docker.internal:host-gateway"],
    DeviceRequests: [
      { Driver: "nvidia", DeviceIDs: ["0", "GPU-x"], Capabilities: [["gpu"]] },
    ],
    LogConfig: {
      Type: "json-file",
      Config: { "max-size": "100", "max-file": "4", mode: "blocking", compress: "false" },
    },
    RestartPolicy: { Name: "no" },
  });
  const relabelled = containerSpec(config, { ...facts, selinux: true }).HostConfig;
  assert.deepEqual(relabelled.Binds, ["/data/workspaces/t:/workspace:rw,Z"]);
  assert.equal(relabelled.Mounts?.length, 1);

  const podman = { ...facts, traits: traitsOf({ name: "Podman" }) };
  const onPodman = (sandbox: Partial<Config["sandbox"]>, imageUser: string) =>
    containerSpec({ ...config, sandbox: { ...config.sandbox, ...sandbox } }, {
      ...podman,
      imageUser,
    })
      .HostConfig;
  const plain = onPodman({}, "worker");
  assert.deepEqual(plain.CapAdd, []);
  assert.deepEqual(onPodman({ user: "1000:0" }, "").CapAdd, []);
  for (const user of ["0", "0:1000", "root"]) {
    assert.deepEqual(onPodman({ user }, "worker").CapAdd, host.CapAdd, user);
  }
  assert.deepEqual(onPodman({}, "").CapAdd, host.CapAdd);
  assert.equal(plain.LogConfig?.Config?.["max-size"], "400");
});
