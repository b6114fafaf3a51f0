import assert from "node:assert/strict";

import type { Engine } from "../../../src/docker/mod.ts";
import {
  gpuProblem,
  hostAccessProblem,
  runtimeProblem,
} from "../../../src/executor/docker/promises.ts";

const docker = { name: "Docker" } as Engine;
const podman = { name: "Podman" } as Engine;
/** As Podman lists them, whether or not they are installed. */
const info = { runtimes: ["crun", "runc", "runsc"], defaultRuntime: "crun" };

Deno.test("a runtime that the engine would pass over is refused by name", () => {
  assert.equal(runtimeProblem(podman, undefined, info), undefined);
  assert.equal(runtimeProblem(podman, "crun", info), undefined);
  const words = runtimeProblem(podman, "runsc", info);
  assert.match(words?.en ?? "", /Podman does not choose .* with crun, not with runsc/);
  assert.match(words?.zh ?? "", /Podman .*crun.*runsc/);
});

Deno.test("a runtime that Docker does not have is refused, one that it may look up is not", () => {
  assert.equal(runtimeProblem(docker, "runsc", info), undefined);
  assert.match(runtimeProblem(docker, "kata", info)?.en ?? "", /Docker has no runtime kata/);
  assert.equal(runtimeProblem(docker, "io.containerd.kata.v2", info), undefined);
});

Deno.test("a Podman that passes over requests for GPUs is told by its version", () => {
  assert.match(gpuProblem(podman, "4.3.1")?.en ?? "", /Podman 4\.3\.1 ignores requests for GPUs/);
  for (const version of ["5.4.2", "5.8.6", "10.0.0"]) {
    assert.equal(gpuProblem(podman, version), undefined, version);
  }
  assert.equal(gpuProblem(docker, "20.10.24"), undefined);
});

Deno.test("a Podman that does not know host-gateway is told by its version", () => {
  assert.match(hostAccessProblem(podman, "4.3.1")?.en ?? "", /4\.3\.1 does not know host-gateway/);
  assert.equal(hostAccessProblem(podman, "5.4.2"), undefined);
  assert.equal(hostAccessProblem(docker, "20.10.24"), undefined);
});
