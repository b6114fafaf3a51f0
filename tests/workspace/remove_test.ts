import assert from "node:assert/strict";
import { join } from "@std/path";
import { removeWorkspace } from "../../src/workspace/mod.ts";
import { SECRET, sh, SHOWS_BAD_NAMES, withLab } from "./lab.ts";

const gone = async (path: string) =>
  await assert.rejects(Deno.lstat(path), Deno.errors.NotFound, path);

Deno.test("removeWorkspace removes everything and follows nothing", async () => {
  await withLab(async ({ dir, outside, base }) => {
    await sh(
      `ln -s "${outside}" output/folder; ln -s "${outside}/secret" output/file; mkfifo output/pipe
       ln "${outside}/secret" output/hard; mkdir -p a/b/c; echo x > a/b/c/x; chmod 0 a/b/c a/b
       python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'`,
      dir,
    );
    assert.deepEqual(await removeWorkspace(dir), { removed: true });
    await gone(dir);
    assert.equal(await Deno.readTextFile(join(outside, "secret")), SECRET);
    assert.deepEqual(await removeWorkspace(dir), { removed: true });
    await Deno.symlink(outside, dir);
    assert.deepEqual(await removeWorkspace(dir), { removed: true });
    await Deno.writeTextFile(join(base, "file"), "");
    assert.deepEqual(await removeWorkspace(join(base, "file")), { removed: true });
    assert.equal(await Deno.readTextFile(join(outside, "secret")), SECRET);
  });
});

Deno.test("folders 20,000 deep are removed", async () => {
  await withLab(async ({ dir }) => {
    await sh(
      `python3 - <<'X'
import os
os.chdir('output')
for i in range(20000):
    if i % 1000 == 0: open('file', 'w').close()
    os.mkdir('folder'); os.chdir('folder')
X`,
      dir,
    );
    assert.deepEqual(await removeWorkspace(dir), { removed: true });
    await gone(dir);
  });
});

Deno.test("files whose names are not UTF-8 are removed; a folder with such a name is named", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async ({ dir }) => {
    await sh(
      `mkdir a; : > "$(printf 'a/x\\377')"; : > "$(printf 'a/x\\376')"; : > a/y
       : > "$(printf 'top\\377')"`,
      dir,
    );
    assert.deepEqual(await removeWorkspace(dir), { removed: true });
    await gone(dir);
    await sh(`mkdir -p "${dir}/b"; mkdir "$(printf '${dir}/b/x\\377')"; : > "${dir}/c"`, "/");
    const { removed, obstacle } = await removeWorkspace(dir);
    assert.equal(removed, false);
    assert.match(obstacle!.en, /UTF-8/);
    await gone(join(dir, "c"));
  });
});

Deno.test("another file system in it is left alone", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async ({ dir, base }) => {
    const point = join(dir, "output", "mnt");
    await sh("mkdir output/mnt && mount -t tmpfs none output/mnt && echo x > output/mnt/x", dir);
    try {
      const { removed, obstacle } = await removeWorkspace(dir);
      assert.equal(removed, false);
      assert.match(obstacle!.en, /another file system/);
      assert.equal(await Deno.readTextFile(join(point, "x")), "x\n");
    } finally {
      await sh(`umount "${point}"`, base);
    }
    assert.deepEqual(await removeWorkspace(dir), { removed: true });
  });
});

Deno.test("an abort ends a removal", async () => {
  await withLab(async ({ dir }) => {
    const signal = AbortSignal.abort(new Error("shutdown"));
    await assert.rejects(removeWorkspace(dir, { signal }), /shutdown/);
  });
});
