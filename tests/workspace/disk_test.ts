import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  diskUsage,
  ensureReserve,
  freeInodes,
  freeSpace,
  giveUpReserve,
  networkFilesystem,
  RESERVE_BYTES,
} from "../../src/workspace/mod.ts";
import {
  parseMountTable,
  typeInTable,
  windowsShare,
} from "../../src/workspace/network_filesystem.ts";
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

Deno.test("a local folder is on no network file system", async () => {
  await withLab(async ({ base }) => assert.equal(await networkFilesystem(base), undefined));
});

Deno.test("mount tables of Linux and macOS name the type of what holds a path", () => {
  const linux = parseMountTable(
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n" +
      "40 22 0:35 / /home/a\\040b rw shared:2 master:3 - fuse.sshfs me@host: rw\n" +
      "41 22 0:36 / /home/a\\040b/local rw - ext4 /dev/vdb rw\nbroken\n",
    "linux",
  );
  assert.equal(typeInTable(linux, "/home/a b/data"), "fuse.sshfs");
  assert.equal(typeInTable(linux, "/home/a b/local/x"), "ext4");
  assert.equal(typeInTable(linux, "/home/a bc"), "ext4");
  const mac = parseMountTable(
    "/dev/disk3s1 on / (apfs, local, journaled)\n" +
      "//me@nas/lab on /Volumes/lab on disk (smbfs, nodev, nosuid, mounted by me)\n",
    "darwin",
  );
  assert.equal(typeInTable(mac, "/Volumes/lab on disk/agent"), "smbfs");
  assert.equal(typeInTable(mac, "/Users/me"), "apfs");
});

Deno.test("a Windows share is told by its path", () => {
  assert.equal(windowsShare("\\\\server\\share\\data"), "smb");
  assert.equal(windowsShare("\\\\?\\UNC\\server\\share"), "smb");
  assert.equal(windowsShare("\\\\?\\C:\\data"), undefined);
  assert.equal(windowsShare("\\\\.\\C:\\data"), undefined);
  assert.equal(windowsShare("C:\\data"), undefined);
});
