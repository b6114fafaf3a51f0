import assert from "node:assert/strict";

import { giveGpus } from "../../../../src/executor/docker/gpu/give_gpus.ts";
import type { GpuFacts } from "../../../../src/executor/docker/gpu/gpu_facts.ts";

const NVIDIA: GpuFacts = {
  vendor: "nvidia",
  way: "nvidia",
  ids: ["GPU-a", "GPU-b"],
  isListed: true,
};
const AMD: GpuFacts = {
  vendor: "amd",
  way: "nodes",
  ids: ["renderD128", "renderD129"],
  groups: [44, 105],
  isListed: true,
};

function node(path: string) {
  return { PathOnHost: path, PathInContainer: path, CgroupPermissions: "rwm" };
}

Deno.test("a container without a GPU is told so, whatever its image says", () => {
  const nothing = { env: ["NVIDIA_VISIBLE_DEVICES=void", "AMD_VISIBLE_DEVICES=none"], host: {} };
  assert.deepEqual(giveGpus(undefined), nothing);
  assert.deepEqual(giveGpus(NVIDIA, []), nothing);
});

Deno.test("a container sees the GPUs that are its own, by name, and no others", () => {
  const { env, host } = giveGpus(NVIDIA, ["GPU-b"]);
  assert.deepEqual(env, ["NVIDIA_VISIBLE_DEVICES=GPU-b", "AMD_VISIBLE_DEVICES=none"]);
  assert.deepEqual(host.DeviceRequests, [
    { Driver: "nvidia", DeviceIDs: ["GPU-b"], Capabilities: [["gpu"]] },
  ]);
});

Deno.test("where no task has any of its own, each sees all", () => {
  const all = giveGpus({ ...NVIDIA, ids: "all" });
  assert.equal(all.env[0], "NVIDIA_VISIBLE_DEVICES=all");
  assert.deepEqual(all.host.DeviceRequests, [
    { Driver: "nvidia", Count: -1, Capabilities: [["gpu"]] },
  ]);
  assert.equal(giveGpus(NVIDIA).env[0], "NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b");
});

for (const vendor of ["nvidia", "amd"] as const) {
  Deno.test(`CDI devices of ${vendor} are asked for by their full names`, () => {
    const facts: GpuFacts = { vendor, way: "cdi", ids: ["0", "1"], isListed: true };
    const names = (own?: string[]) => giveGpus(facts, own).host.DeviceRequests?.[0].DeviceIDs;
    assert.deepEqual(names(["1"]), [`${vendor}.com/gpu=1`]);
    assert.deepEqual(names(), [`${vendor}.com/gpu=0`, `${vendor}.com/gpu=1`]);
    const { host } = giveGpus({ ...facts, ids: "all", isListed: false });
    assert.deepEqual(host.DeviceRequests, [
      { Driver: "cdi", DeviceIDs: [`${vendor}.com/gpu=all`] },
    ]);
  });
}

Deno.test("AMD's GPUs are device nodes, with the groups that may use them", () => {
  const { env, host } = giveGpus(AMD, ["renderD129"]);
  assert.deepEqual(env, ["NVIDIA_VISIBLE_DEVICES=void", "AMD_VISIBLE_DEVICES=none"]);
  assert.deepEqual(host, {
    Devices: [node("/dev/kfd"), node("/dev/dri/renderD129")],
    GroupAdd: ["44", "105"],
  });
  assert.deepEqual(giveGpus({ ...AMD, ids: "all" }).host.Devices, [
    node("/dev/kfd"),
    node("/dev/dri"),
  ]);
});
