import assert from "node:assert/strict";
import { join } from "@std/path";

import { findAmdNodes } from "../../../../src/executor/docker/gpu/amd_nodes.ts";

Deno.test("AMD's render nodes are found by their vendor, in order, with the groups that own them", async () => {
  const root = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await Deno.mkdir(join(root, "dev/dri"), { recursive: true });
    await Deno.writeTextFile(join(root, "dev/kfd"), "");
    for (const [name, vendor] of [["D200", "0x1002"], ["D129", "0x1002"], ["D128", "0x10de"]]) {
      const device = join(root, "sys/class/drm", `render${name}`, "device");
      await Deno.mkdir(device, { recursive: true });
      await Deno.writeTextFile(join(device, "vendor"), `${vendor}\n`);
      await Deno.writeTextFile(join(root, "dev/dri", `render${name}`), "");
    }
    await Deno.writeTextFile(join(root, "dev/dri/card0"), "");
    if (Deno.uid() === 0) {
      await Deno.chown(join(root, "dev/dri/renderD129"), null, 105);
      await Deno.chown(join(root, "dev/kfd"), null, 44);
    }
    const { names, groups } = await findAmdNodes(root);
    assert.deepEqual(names, ["renderD129", "renderD200"]);
    if (Deno.uid() === 0) assert.deepEqual(groups, [105, 44]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a machine without any has none", async () => {
  assert.deepEqual(await findAmdNodes("/nowhere"), { names: [], groups: [] });
});
