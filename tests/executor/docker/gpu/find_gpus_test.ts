import assert from "node:assert/strict";

import type { Engine } from "../../../../src/docker/mod.ts";
import { findGpus, leasableGpus } from "../../../../src/executor/docker/gpu/find_gpus.ts";
import { testConfig } from "../../helpers.ts";

interface Wish {
  readonly vendor?: "nvidia" | "amd";
  readonly devices?: "all" | string[];
  readonly perTask?: number;
}

function configOf({ vendor = "nvidia", devices = "all", perTask = 1 }: Wish) {
  return testConfig("/nowhere", {
    executor: { gpu: { vendor, devices, perTask, tasksPerGpu: 1 } },
  });
}

/** On a Docker that lists these CDI devices, and where no container may be made. */
function find(cdiDevices: string[], wish: Wish = {}) {
  return findGpus({
    engine: { name: "Docker", endpoint: { kind: "unix", path: "/x" } } as Engine,
    config: configOf(wish),
    info: { cdiFolders: [], cdiDevices },
    signal: new AbortController().signal,
  });
}

const NUMBERED = ["nvidia.com/gpu=0", "nvidia.com/gpu=1", "nvidia.com/gpu=all", "amd.com/gpu=7"];
const BY_BOTH = [...NUMBERED, "nvidia.com/gpu=GPU-b", "nvidia.com/gpu=GPU-a"];

Deno.test("the CDI devices of the vendor are taken, each GPU once, by UUID where it has one", async () => {
  assert.deepEqual((await find(NUMBERED))?.ids, ["0", "1"]);
  assert.deepEqual((await find(BY_BOTH))?.ids, ["GPU-b", "GPU-a"]);
  assert.deepEqual(await find(NUMBERED, { vendor: "amd" }), {
    vendor: "amd",
    way: "cdi",
    ids: ["7"],
    isListed: true,
  });
});

Deno.test("a GPU is meant by any name that it has, and by no other", async () => {
  const ids = async (...devices: string[]) => (await find(BY_BOTH, { devices }))?.ids;
  assert.deepEqual(await ids("1"), ["1"]);
  assert.deepEqual(await ids("GPU-a", "nvidia.com/gpu=GPU-b"), ["GPU-a", "GPU-b"]);
  await assert.rejects(ids("2"), /names "2", which is none of Docker's GPUs: 0, 1, GPU-b, GPU-a/);
});

Deno.test("where nobody lists the GPUs, the configuration is believed", async () => {
  const found = await find([], { devices: ["0", "1"] });
  assert.deepEqual(found, { vendor: "nvidia", way: "nvidia", ids: ["0", "1"], isListed: false });
  assert.deepEqual((await find([], { devices: ["nvidia.com/gpu=0"] }))?.ids, ["0"]);
  const nodes = await find([], { vendor: "amd", devices: ["renderD128"] });
  assert.deepEqual([nodes?.way, nodes?.ids], ["nodes", ["renderD128"]]);
});

Deno.test("leases need to know each GPU, and as many as a task needs", () => {
  const facts = { vendor: "nvidia", way: "nvidia", isListed: false } as const;
  const two = { ...facts, ids: ["a", "b"] };
  assert.deepEqual(leasableGpus(configOf({ perTask: 2 }), two), ["a", "b"]);
  assert.throws(() => leasableGpus(configOf({ perTask: 3 }), two), /only these GPUs: a, b/);
  assert.throws(() => leasableGpus(configOf({}), { ...facts, ids: "all" }), /List them in/);
  assert.equal(leasableGpus(testConfig("/nowhere"), two), undefined);
});
