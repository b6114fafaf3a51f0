import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import {
  type Collection,
  createWorkspace,
  DiskFull,
  MachineTrouble,
} from "../../src/workspace/mod.ts";
import { refusalOf } from "../../src/workspace/guarded_file.ts";
import { packageFlags } from "../support/packages.ts";
import { badDisk } from "../support/bad_disk.ts";
import { type Lab, names, NO_LIMITS, sh, unzipped, withLab } from "./lab.ts";

Deno.test("too few file handles leave nothing out: collecting fails as the machine's trouble", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await withLab(async (lab) => {
    const deep = `output/${"d/".repeat(150)}file`;
    await lab.write(deep);
    assert.equal(await collectWithFewHandles(lab), "trouble\n");
    assert.deepEqual(names(await lab.collect()), [deep]);
  });
});

Deno.test("too few file handles for good leave out the one folder that is too deep for them", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await withLab(async (lab) => {
    await lab.write("output/a");
    await lab.write(`output/${"d/".repeat(150)}file`);
    await lab.write("output/z");
    const collection: Collection = JSON.parse(await collectWithFewHandles(lab, "leave-out"));
    assert.deepEqual(names(collection), ["output/a", "output/z"]);
    assert.equal(collection.unread.length, 1);
    assert.match(collection.unread[0].name, /^output\/d\/.*\/$/);
    assert.match(collection.unread[0].reason.en, /EMFILE/);
  });
});

async function collectWithFewHandles(lab: Lab, ...more: string[]): Promise<string> {
  const script = fromFileUrl(new URL("./trouble_child.ts", import.meta.url));
  const deno = [Deno.execPath(), "run", "--no-lock", ...packageFlags(), "--allow-all"];
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", 'ulimit -n 100; exec "$@"', "sh", ...deno, script, lab.dir, lab.spill, ...more],
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("of files with a bad sector, packed or not, all others are delivered in the end", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await withLab(async (lab) => {
    await using disk = await badDisk(lab.dir);
    await lab.write("output/a", "good");
    await lab.write("output/b", "as good");
    await lab.write("output/bad", crypto.getRandomValues(new Uint8Array(60_000)));
    await lab.write("output/c", new Uint8Array(2_000_000).fill(7));
    await disk.spoil("output/bad", "output/c");
    const limits = { ...NO_LIMITS, maxFiles: 0 };
    await assert.rejects(lab.collect({ limits }), MachineTrouble);
    const collection = await lab.collect({ limits, leaveOutUnread: true });
    assert.deepEqual(names(collection), ["more-files-01.zip"]);
    assert.deepEqual(collection.unread.map(({ name }) => name), ["output/bad", "output/c"]);
    assert.match(collection.unread[0].reason.en, /EIO/);
    assert.deepEqual(collection.skipped, []);
    const held = await unzipped(join(lab.spill, "part-1.zip"), join(lab.base, "outside"));
    assert.deepEqual([...held], [["output/a", "good"], ["output/b", "as good"]]);
  });
});

Deno.test("a full disk is the machine's trouble, and collecting again succeeds", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async (lab) => {
    for (const name of ["a", "b"]) {
      await lab.write(`output/${name}.bin`, crypto.getRandomValues(new Uint8Array(60_000)));
    }
    const small = dirname(lab.spill);
    await sh(`mkdir -p "${small}" && mount -t tmpfs -o size=64k none "${small}"`, lab.base);
    const limits = { ...NO_LIMITS, maxFiles: 0 };
    try {
      const isTrouble = (error: unknown) =>
        error instanceof MachineTrouble && error instanceof DiskFull;
      await assert.rejects(lab.collect({ limits }), isTrouble);
      const task = {
        id: "t",
        taskPrompt: "x".repeat(100_000),
        outputPrompt: null,
        sessionId: null,
        inputFiles: [],
      };
      await assert.rejects(createWorkspace({ dataDir: small, task, attempt: 1 }), isTrouble);
      // Without room for copies the files go one by one.
      const alone = await lab.collect({ limits, leaveOutUnread: true });
      assert.deepEqual(names(alone), ["output/a.bin", "output/b.bin"]);
      await sh(`mount -o remount,size=1m "${small}"`, lab.base);
      assert.equal((await lab.collect({ limits })).totals.zipped, 2);
    } finally {
      await sh(`umount "${small}"`, lab.base);
    }
  });
});

Deno.test("no code of the machine's trouble makes a file one that is left out", () => {
  for (const code of ["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ESTALE", "ENOMEM"]) {
    const error = Object.assign(new Error(code), { code });
    assert.throws(() => refusalOf(error, "file"), error);
  }
  const denied = Object.assign(new Error("EPERM"), { code: "EPERM" });
  assert.equal(refusalOf(denied, "file").refused, "unreadable");
});
