import assert from "node:assert/strict";
import fs from "node:fs";
import { withLab } from "./lab.ts";

Deno.test("what was chosen is on the disk before it is collected, with its folders", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await withLab(async (lab) => {
    await lab.write("output/a/one");
    await lab.write("output/a/two");
    const { fsync } = fs;
    const synced: string[] = [];
    fs.fsync = ((fd: number, done: (error: Error | null) => void) => {
      synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
      fsync(fd, done);
    }) as typeof fsync;
    try {
      await lab.collect();
    } finally {
      fs.fsync = fsync;
    }
    const paths = ["", "/output", "/output/a", "/output/a/one", "/output/a/two"];
    const below = synced.filter((path) => path.startsWith(lab.dir));
    assert.deepEqual(below.sort(), paths.map((path) => lab.dir + path));
  });
});
