import assert from "node:assert/strict";
import { join } from "@std/path";

import { amdScript, parseAmdListing } from "../../../../src/executor/docker/gpu/amd_listing.ts";

async function list(root: string): Promise<ReturnType<typeof parseAmdListing>> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", amdScript(root)],
    stderr: "null",
  }).output();
  return parseAmdListing(new TextDecoder().decode(stdout));
}

Deno.test("AMD's render nodes are found by their vendor, in order, with the groups that own them", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const root = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await Deno.mkdir(join(root, "dev/dri"), { recursive: true });
    await Deno.writeTextFile(join(root, "dev/kfd"), "");
    for (const [number, vendor] of [["1000", "0x1002"], ["129", "0x1002"], ["128", "0x10de"]]) {
      const device = join(root, "sys/class/drm", `renderD${number}`, "device");
      await Deno.mkdir(device, { recursive: true });
      await Deno.writeTextFile(join(device, "vendor"), `${vendor}\n`);
      await Deno.writeTextFile(join(root, "dev/dri", `renderD${number}`), "");
    }
    if (Deno.uid() === 0) {
      await Deno.chown(join(root, "dev/dri/renderD129"), null, 105);
      await Deno.chown(join(root, "dev/kfd"), null, 44);
    }
    const { names, groups } = await list(root);
    assert.deepEqual(names, ["renderD129", "renderD1000"]);
    if (Deno.uid() === 0) assert.deepEqual(groups.toSorted(), [105, 44].sort());
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a machine without any has none", { ignore: Deno.build.os !== "linux" }, async () => {
  assert.deepEqual(await list("/nowhere"), { names: [], groups: [] });
});

Deno.test("what an image prints instead of a listing lists nothing", () => {
  const text = "sh: not found\nrenderD1 2 3\nrenderDx 5\n\u001b[1mrenderD128 5\n";
  assert.deepEqual(parseAmdListing(text), { names: [], groups: [] });
});
