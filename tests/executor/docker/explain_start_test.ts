import assert from "node:assert/strict";
import type { Config } from "../../../src/config/mod.ts";
import type { Engine } from "../../../src/docker/mod.ts";
import { explainStart } from "../../../src/executor/docker/preflight.ts";
import { testConfig } from "../helpers.ts";

function explained(detail: string, parts: Parameters<typeof testConfig>[1] = {}): string {
  const config: Config = testConfig("/nowhere", parts);
  return explainStart(detail, { config, engine: { name: "Docker" } as Engine }).text.en;
}

const NO_RUNTIME = "unable to start container process: runtime nvidia-ctk not found";

Deno.test("a refused start is explained by what the configuration asks for", () => {
  const sandbox = { network: "lab-net" };
  assert.match(explained("network lab-net not found", { sandbox }), /network create lab-net/);
  const runtime = { sandbox: { runtime: "runsc" } };
  assert.match(explained("unknown or invalid runtime name: runsc", runtime), /no runtime runsc/);
  const gpu = { vendor: "amd", devices: "all", tasksPerGpu: 1 } as const;
  const words = "error gathering device information while adding custom device /dev/kfd";
  assert.match(explained(words, { executor: { gpu } }), /amdgpu driver/);
});

Deno.test("nothing is blamed that was not asked for", () => {
  assert.match(explained(NO_RUNTIME), new RegExp(`Docker says: ${NO_RUNTIME}`));
  const words = "could not select device driver nvidia";
  assert.doesNotMatch(explained(words), /Container Toolkit/);
});
