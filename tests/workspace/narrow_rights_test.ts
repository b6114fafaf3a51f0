import assert from "node:assert/strict";
import { collectInChild } from "./child.ts";
import { sh, skips, withLab } from "./lab.ts";

Deno.test("with narrow permissions, where no handle can be used, the same is found", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const found: Readonly<Record<string, string>>[] = [];
  for (const narrow of [true, false]) {
    await withLab(async (lab) => {
      await sh(
        `mkdir -p output/a/b; echo 1 > output/a/b/f; ln output/a/b/f output/g; echo h > hidden
         ln -s "${lab.outside}" output/folder; ln -s "${lab.outside}/secret" output/file
         ln "${lab.outside}/secret" output/hard; mkfifo output/pipe; mkdir .cache mounted
         echo m > mounted/m; printf 'x' > 'output/new
line'`,
        lab.dir,
      );
      const permissions = narrow
        ? [`--allow-read=${lab.base}`, `--allow-write=${lab.base}`, "--allow-env"]
        : ["--allow-all"];
      const { byHandle, contents, collection, removal } = await collectInChild(
        [lab.dir, lab.spill],
        { permissions },
      );
      if (narrow) assert.equal(byHandle, false);
      assert.deepEqual(removal, { removed: true });
      assert.deepEqual(skips(collection), [
        ".cache/: hidden",
        "output/file: link",
        "output/folder: link",
        "output/hard: hard_link",
        "output/pipe: special",
      ]);
      found.push(contents);
      assert.equal(await Deno.readTextFile(`${lab.outside}/secret`), "the lab's private data");
    });
  }
  assert.deepEqual(found[0], found[1]);
  assert.equal(Object.keys(found[0]).length, 4);
});
