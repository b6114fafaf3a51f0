import assert from "node:assert/strict";
import { dirname, fromFileUrl } from "@std/path";
import { createWorkspace, DiskFull, MachineTrouble } from "../../src/workspace/mod.ts";
import { refusalOf } from "../../src/workspace/guarded_file.ts";
import { packageFlags } from "../support/packages.ts";
import { names, NO_LIMITS, sh, withLab } from "./lab.ts";

Deno.test("too few file handles leave nothing out: collecting fails as the machine's trouble", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await withLab(async (lab) => {
    const deep = `output/${"d/".repeat(150)}file`;
    await lab.write(deep);
    const script = fromFileUrl(new URL("./trouble_child.ts", import.meta.url));
    const deno = [Deno.execPath(), "run", "--no-lock", ...packageFlags(), "--allow-all"];
    const { success, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", 'ulimit -n 100; exec "$@"', "sh", ...deno, script, lab.dir, lab.spill],
      stdin: "null",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.equal(new TextDecoder().decode(stdout), "trouble\n");
    assert.deepEqual(names(await lab.collect()), [deep]);
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
