import assert from "node:assert/strict";
import { join } from "@std/path";
import { diskUsage, freeInodes, freeSpace } from "../../src/workspace/mod.ts";
import { sh, withLab } from "./lab.ts";

Deno.test("diskUsage counts what is on the disk, links once, and nothing that is linked to", async () => {
  await withLab(async ({ dir, base }) => {
    const before = await diskUsage(dir);
    assert.equal(before.complete, true);
    await sh(
      `head -c 1000000 /dev/zero > output/a; ln output/a output/b; truncate -s 1T output/sparse
       ln -s / output/root; mkfifo output/pipe`,
      dir,
    );
    const { bytes, complete } = await diskUsage(dir);
    assert.equal(complete, true);
    assert.ok(bytes - before.bytes >= 1_000_000 && bytes - before.bytes < 1_200_000, `${bytes}`);
    assert.equal((await diskUsage(dir, { maxEntries: 2 })).complete, false);
    assert.deepEqual(await diskUsage(join(base, "none")), { bytes: 0, entries: 0, complete: true });
    const signal = AbortSignal.abort(new Error("stop"));
    await assert.rejects(diskUsage(dir, { signal }), /stop/);
  });
});

Deno.test("freeSpace is what an ordinary user has", async () => {
  const free = await freeSpace(Deno.cwd());
  assert.ok(Number.isSafeInteger(free) && free > 0);
  await assert.rejects(freeSpace("/nowhere/at/all"));
});

Deno.test("freeInodes is what can still be made, and nothing where there is no such limit", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async ({ base }) => {
    const small = join(base, "small");
    await sh("mkdir small && mount -t tmpfs -o size=1m,nr_inodes=50 none small", base);
    try {
      const before = await freeInodes(small);
      assert.ok(before !== undefined && before < 50, `${before}`);
      await sh("touch a b c", small);
      assert.equal(await freeInodes(small), before - 3);
      await sh(
        "umount small && mount -t tmpfs -o nr_inodes=0 none small",
        base,
      );
      assert.equal(await freeInodes(small), undefined);
    } finally {
      await sh(`umount "${small}"`, base);
    }
  });
});
