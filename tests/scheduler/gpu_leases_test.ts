import assert from "node:assert/strict";

import type { Config } from "../../src/config/mod.ts";
import type { Executor } from "../../src/executor/mod.ts";
import type { Journal, Lease } from "../../src/journal/mod.ts";
import {
  chooseGpus,
  type GpuDeps,
  gpuRoom,
  gpuUses,
  hasItsGpus,
} from "../../src/scheduler/gpu_leases.ts";

interface Wish {
  readonly perTask?: number;
  readonly tasksPerGpu?: number;
  readonly found?: readonly string[];
}

function depsOf(leases: readonly Lease[], wish: Wish = {}): GpuDeps {
  const { perTask = 1, tasksPerGpu = 1, found = ["a", "b", "c"] } = wish;
  const gpu = { vendor: "nvidia", devices: "all", tasksPerGpu, perTask };
  return {
    config: { executor: { gpu } } as Config,
    executor: { gpus: found } as unknown as Executor,
    journal: { leases: () => leases } as unknown as Journal,
  };
}

const lease = (taskId: string, ...gpus: string[]): Lease => ({ taskId, gpus });

Deno.test("without leases there is room for any number of tasks", () => {
  const deps = { ...depsOf([]), config: { executor: {} } as Config };
  assert.equal(gpuUses(deps), undefined);
  assert.equal(chooseGpus(deps), null);
  assert.equal(gpuRoom(deps), Infinity);
});

Deno.test("a task gets GPUs that no other has", () => {
  assert.deepEqual(chooseGpus(depsOf([])), ["a"]);
  const two = depsOf([lease("t1", "a"), lease("t2", "c")]);
  assert.deepEqual(chooseGpus(two), ["b"]);
  assert.equal(gpuRoom(two), 1);
  const three = depsOf([lease("t1", "a"), lease("t2", "c"), lease("t3", "b")]);
  assert.equal(chooseGpus(three), undefined);
  assert.equal(gpuRoom(three), 0);
  assert.deepEqual(gpuUses(three), [
    { id: "a", taskIds: ["t1"] },
    { id: "b", taskIds: ["t3"] },
    { id: "c", taskIds: ["t2"] },
  ]);
});

Deno.test("a task that needs two gets two, or waits", () => {
  assert.deepEqual(chooseGpus(depsOf([lease("t", "b")], { perTask: 2 })), ["a", "c"]);
  assert.equal(chooseGpus(depsOf([lease("t", "b", "c")], { perTask: 2 })), undefined);
  assert.equal(gpuRoom(depsOf([], { perTask: 2 })), 1);
});

Deno.test("GPUs that may be shared fill up evenly", () => {
  const shared = { tasksPerGpu: 2 };
  assert.deepEqual(chooseGpus(depsOf([lease("t", "a")], shared)), ["b"]);
  assert.equal(gpuRoom(depsOf([lease("t", "a")], shared)), 5);
  assert.equal(gpuRoom(depsOf([], { perTask: 2, tasksPerGpu: 2 })), 3);
  const full = depsOf([lease("t", "a"), lease("u", "a")], { ...shared, found: ["a"] });
  assert.equal(chooseGpus(full), undefined);
});

Deno.test("a run from before there were leases has all of them", () => {
  const deps = depsOf([{ taskId: "old", gpus: null }]);
  assert.equal(chooseGpus(deps), undefined);
  assert.deepEqual(gpuUses(deps)?.map(({ taskIds }) => taskIds), [["old"], ["old"], ["old"]]);
});

Deno.test("an attempt has its GPUs while all of them are there", () => {
  const deps = depsOf([], { perTask: 2 });
  assert.ok(hasItsGpus(deps, ["a", "c"]));
  assert.ok(!hasItsGpus(deps, ["a", "gone"]));
  assert.ok(!hasItsGpus(deps, null));
  assert.ok(!hasItsGpus({ ...deps, executor: {} as Executor }, ["a", "c"]));
  assert.ok(hasItsGpus({ ...deps, config: { executor: {} } as Config }, null));
});

Deno.test("a lease of a GPU that is there no more keeps none of the others", () => {
  assert.deepEqual(chooseGpus(depsOf([lease("t", "gone")])), ["a"]);
  assert.equal(gpuRoom(depsOf([], { found: [] })), 0);
});
