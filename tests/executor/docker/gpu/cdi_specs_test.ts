import assert from "node:assert/strict";
import { join } from "@std/path";

import { devicesOfSpecs } from "../../../../src/executor/docker/gpu/cdi_specs.ts";

const KIND = "nvidia.com/gpu";

const GENERATED = `---
cdiVersion: 0.5.0
kind: nvidia.com/gpu
devices:
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
  name: "0"
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia1
  name: 1
- name: all
containerEdits:
  env:
  - NVIDIA_VISIBLE_DEVICES=void
`;

async function withFiles(
  files: Readonly<Record<string, string>>,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the devices of a kind are read from specifications in YAML and JSON, each once", () => {
  const json = { kind: KIND, devices: [{ name: "all" }, { name: "GPU-x", containerEdits: {} }] };
  const files = { "a.yaml": GENERATED, "b.json": JSON.stringify(json) };
  return withFiles(files, async (folder) => {
    assert.deepEqual(await devicesOfSpecs([folder, "/nowhere"], KIND), ["0", "1", "all", "GPU-x"]);
    assert.deepEqual(await devicesOfSpecs([folder], "amd.com/gpu"), []);
  });
});

Deno.test("what is no specification describes nothing, and keeps no other from being read", () => {
  const files = {
    "a.json": "{",
    "b.yaml": "kind: [",
    "c.yml": `kind: ${KIND}\ndevices: 5`,
    "d.txt": GENERATED,
    "e.json": " ".repeat(5 * 1024 ** 2),
    "f.yaml": "a: &a [x]\n" + "b: [*a, *a]\n".repeat(200),
    "z.json": JSON.stringify({ kind: KIND, devices: [{ name: "7" }] }),
  };
  return withFiles(files, async (folder) => {
    assert.deepEqual(await devicesOfSpecs([folder], KIND), ["7"]);
  });
});
