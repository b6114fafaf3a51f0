import assert from "node:assert/strict";
import { containerName } from "../../../src/executor/docker/container_name.ts";
import { containerSpec } from "../../../src/executor/docker/container_spec.ts";
import {
  type EndFacts,
  type EndVerdict,
  endVerdict,
} from "../../../src/executor/docker/end_verdict.ts";
import { engineSpellings } from "../../../src/executor/docker/engine_path.ts";
import { testConfig } from "../helpers.ts";

Deno.test("the container of a task: everything that is asked for, nothing that is not", () => {
  const config = testConfig("/data", {
    executor: {
      memoryLimit: 1e9,
      enableHostAccess: true,
      timeoutMinutes: 1.5,
      gpu: { vendor: "nvidia", devices: ["0", "GPU-x"] },
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
  };
  const { HostConfig: host, ...spec } = containerSpec(config, facts);
  assert.deepEqual(spec, {
    Image: "agent-core-test:latest",
    Env: ["TASK_ID=t\ufffdt", "TIMEOUT=90"],
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
});

Deno.test("container names are fit for every engine", () => {
  const name = (taskId: string) => containerName({ taskId, workspace: "/data/workspaces/h-0a1b" });
  assert.equal(name("3f2a-99_x.y"), "open-aaas-task-3f2a-99_x.y");
  for (const odd of ["", "../x", "a b", "中", "-a", "a".repeat(129), "a\0"]) {
    assert.equal(name(odd), "open-aaas-task-h-0a1b", odd);
  }
});

Deno.test("Windows' paths, as engines in virtual machines know them", () => {
  assert.deepEqual(engineSpellings("C:\\Users\\我\\data", "linux"), [
    "/c/Users/我/data",
    "C:\\Users\\我\\data",
    "/mnt/c/Users/我/data",
    "/run/desktop/mnt/host/c/Users/我/data",
  ]);
  assert.equal(engineSpellings("d:/x/y", "linux")[0], "/d/x/y");
  assert.equal(engineSpellings("D:\\", "linux")[0], "/d/");
  assert.deepEqual(engineSpellings("C:\\data", "windows"), ["C:\\data"]);
  assert.deepEqual(engineSpellings("/srv/a:b", "linux"), ["/srv/a:b"]);
});

Deno.test("an end is the program's own unless engine or machine went down", () => {
  const facts: EndFacts = {
    startedAt: 1_000,
    finishedAt: 2_000,
    exitCode: 0,
    engineThen: "engine 1",
    bootThen: "boot 1",
    engineNow: { id: "engine 1", since: 500, isCertain: true },
    bootNow: { id: "boot 1", since: 100 },
    restarts: "end containers",
    outage: false,
    isWatched: true,
  };
  const is = (verdict: EndVerdict, changes: Partial<EndFacts>, why?: string) =>
    assert.equal(endVerdict({ ...facts, ...changes }), verdict, why);
  const engineNow = { id: "engine 2", since: 2_100, isCertain: true };
  const bootNow = { id: "boot 2", since: 2_050 };
  is("own", {});
  is("own", { outage: true }, "the same engine was merely out of reach");
  is("lost", { engineNow }, "stopped as the engine went down");
  is("lost", { engineNow, finishedAt: 2_200 }, "stopped as it came up again");
  is("doubtful", { engineNow, restarts: undefined }, "nobody knows what that does to containers");
  is("own", { engineNow, startedAt: 3_000, finishedAt: 4_000 }, "created before");
  is("own", { bootNow, startedAt: 3_000, finishedAt: 4_000 });
  is("own", { bootThen: undefined, bootNow }, "nothing to compare");

  const kept = { engineNow, restarts: "live-restore" } as const;
  is("own", kept, "it kept its containers");
  is("lost", { ...kept, exitCode: 255, finishedAt: 2_200 });
  is("lost", { ...kept, engineNow: facts.engineNow, outage: true, exitCode: 255 });
  is("lost", { ...kept, bootNow }, "the machine went down");

  // Podman makes its network anew at every start of its service, and its containers go on.
  const separate = { engineNow, restarts: "separate" } as const;
  for (const exitCode of [0, 1, 137, 143, 255]) is("own", { ...separate, exitCode });
  for (const exitCode of [0, 1]) is("own", { ...separate, exitCode, outage: true });
  for (const exitCode of [137, 143, 255]) {
    is("doubtful", { ...separate, exitCode, outage: true });
  }
  is("lost", { ...separate, bootNow });

  // Where the mark proves nothing, the engine's memory does.
  for (
    const unknown of [
      { engineThen: undefined },
      { engineNow: undefined },
      { engineNow: { id: "engine 1", since: 500 } },
    ]
  ) {
    is("ask", unknown);
    is("own", { ...unknown, events: new Set(["start", "die"]), isWatched: false });
    is("own", { ...unknown, events: new Set(["die"]) });
    is("doubtful", { ...unknown, events: new Set(["die"]), isWatched: false });
    is("doubtful", { ...unknown, events: new Set() });
  }
  is("lost", { engineNow: { id: "engine 2", since: 2_100 } }, "a new mark proves a restart");
});
