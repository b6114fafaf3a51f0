import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "@std/path";

import { reasonOf, systemErrorOf, systemText, systemTrouble, textOf } from "../../src/i18n/mod.ts";
import { writeDurably } from "../../src/util/mod.ts";

Deno.test("every reason of the system has advice", () => {
  assert.deepEqual(Object.keys(systemText.reasons), Object.keys(systemText.advice));
});

Deno.test({
  name: "what the system refuses is worded, with the path that was meant",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
    const file = join(folder, "it's -> a file");
    const [gone, inside, loop] = ["gone", "it's -> a file/x", "loop"].map((n) => join(folder, n));
    Deno.writeTextFileSync(file, "x");
    Deno.symlinkSync(loop, loop);
    const cases: [() => unknown, string][] = [
      [() => Deno.readTextFileSync(gone), `Cannot read ${gone}: no such file or folder. Check`],
      [() => Deno.mkdirSync(file), `Cannot create ${file}: it already exists. Choose`],
      [() => Deno.mkdirSync(inside), `Cannot create ${inside}: part of the path is not a folder.`],
      [() => mkdirSync(inside), `Cannot create ${inside}: part of the path is not a folder.`],
      [() => Deno.writeTextFileSync(folder, ""), `Cannot write ${folder}: it is a folder`],
      [() => Deno.removeSync(folder), `Cannot remove ${folder}: the folder is not empty.`],
      [() => Deno.openSync(loop), `Cannot open ${loop}: too many symbolic links.`],
      [() => Deno.renameSync(gone, folder), `Cannot rename ${gone}: no such file`],
      [() => writeDurably(join(gone, "x"), ""), `Cannot open ${gone}/x: no such file`],
      [() => new Deno.Command(gone).outputSync(), `Cannot start ${gone}: no such file`],
      ...Deno.build.os !== "linux" ? [] : [
        [() => Deno.writeTextFileSync("/dev/full", "x"), "Cannot write /dev/full: no space left"],
      ] as [() => unknown, string][],
    ];
    for (const [work, words] of cases) {
      const error = await Promise.resolve().then(work).catch((error) => error);
      const refused = systemErrorOf(error);
      assert.ok(refused, String(error));
      const { zh, en } = systemTrouble(refused);
      assert.ok(en.startsWith(words), `${en} does not begin with: ${words}`);
      assert.match(zh, /^无法.*：.*。请.*。$/);
      const { path } = refused;
      assert.equal(textOf(error).en, `${systemText.reasons[refused.code].en} (${path})`);
      assert.equal(reasonOf(error).zh, systemText.reasons[refused.code].zh);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("an error of this program's own is none of the system's", () => {
  for (const error of [new TypeError("x is not a function"), new RangeError("2"), "ENOENT", null]) {
    assert.equal(systemErrorOf(error), undefined);
  }
});
