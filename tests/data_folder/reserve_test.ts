import assert from "node:assert/strict";
import { join } from "@std/path";
import { ensureReserve, giveUpReserve, RESERVE_BYTES } from "../../src/data_folder/mod.ts";
import { sh, withLab } from "../workspace/lab.ts";

Deno.test("the reserve takes real room, is given up, and is made again", async () => {
  await withLab(({ base }) => {
    const path = join(base, "reserve");
    assert.equal(giveUpReserve(base), false);
    assert.equal(ensureReserve(base), true);
    const { size, ino, blocks, mode } = Deno.lstatSync(path);
    assert.equal(size, RESERVE_BYTES);
    assert.ok(blocks === null || blocks * 512 >= RESERVE_BYTES);
    assert.ok(mode === null || (mode & 0o777) === 0o600);
    assert.equal(ensureReserve(base), true);
    assert.equal(Deno.lstatSync(path).ino, ino);
    Deno.truncateSync(path, 10);
    assert.equal(ensureReserve(base), true);
    assert.equal(Deno.lstatSync(path).size, RESERVE_BYTES);
    assert.equal(giveUpReserve(base), true);
    assert.throws(() => Deno.lstatSync(path), Deno.errors.NotFound);
    return Promise.resolve();
  });
});

Deno.test("a disk without room for the reserve is said so, and left as it was", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async ({ base }) => {
    const small = join(base, "small");
    await sh("mkdir small && mount -t tmpfs -o size=1m none small", base);
    try {
      assert.equal(ensureReserve(small), false);
      assert.deepEqual([...Deno.readDirSync(small)], []);
      assert.equal(ensureReserve(small, 500_000), true);
    } finally {
      await sh(`umount "${small}"`, base);
    }
  });
});
