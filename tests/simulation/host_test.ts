import assert from "node:assert/strict";

import { enter } from "./globals.ts";
import { Host } from "./host.ts";
import { World } from "./world.ts";

Deno.test("what a disk has refused is no longer ago for having slept since", () => {
  enter(new World(1), 1);
  const host = new Host("lab", "/nowhere");
  host.disk.failNext(1, "EIO");
  assert.throws(() => host.disk.check("read"), /Input/);
  host.sleep(20_000);
  assert.equal(host.disk.failedAt, 20_000);
});
