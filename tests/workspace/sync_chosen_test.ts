import assert from "node:assert/strict";
import fs from "node:fs";
import { dirname } from "@std/path";

import { NO_LIMITS, withLab } from "./lab.ts";

/** The folders and files that were synced meanwhile. */
async function syncedBy(work: () => Promise<unknown>): Promise<string[]> {
  const { fsync } = fs;
  const synced: string[] = [];
  fs.fsync = ((fd: number, done: (error: Error | null) => void) => {
    synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
    fsync(fd, done);
  }) as typeof fsync;
  try {
    await work();
  } finally {
    fs.fsync = fsync;
  }
  return synced;
}

const LINUX = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "what was chosen is on the disk before it is collected, with its folders",
  LINUX,
  async () => {
    await withLab(async (lab) => {
      await lab.write("output/a/one");
      await lab.write("output/a/two");
      const synced = await syncedBy(() => lab.collect());
      const paths = ["", "/output", "/output/a", "/output/a/one", "/output/a/two"];
      const below = synced.filter((path) => path.startsWith(lab.dir));
      assert.deepEqual(below.sort(), paths.map((path) => lab.dir + path));
    });
  },
);

Deno.test(
  "the folder of what was packed is on the disk, too, in the one that holds it",
  LINUX,
  async () => {
    await withLab(async (lab) => {
      for (const name of ["one", "two"]) await lab.write(`output/${name}`);
      const { open } = Deno;
      const opened: string[] = [];
      Deno.open = (path, options) => {
        opened.push(String(path));
        return open(path, options);
      };
      try {
        await lab.collect({ limits: { ...NO_LIMITS, maxFiles: 1 } });
      } finally {
        Deno.open = open;
      }
      for (const folder of [lab.spill, dirname(lab.spill)]) {
        assert.ok(opened.includes(folder), `${folder} in ${opened}`);
      }
    });
  },
);
