import assert from "node:assert/strict";
import { join } from "@std/path";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { names, NO_LIMITS, sh, SHOWS_BAD_NAMES, skips, withLab } from "./lab.ts";

Deno.test("what is packed counts to the bytes that are read; what goes by itself does not", async () => {
  await withLab(async (lab) => {
    for (const name of ["a", "b", "c", "d"]) {
      await lab.write(`output/${name}`, "x".repeat(name === "c" ? 20 : 40));
    }
    const collection = await lab.collect({
      limits: { ...NO_LIMITS, maxFiles: 1, maxReadSize: 60 },
    });
    assert.deepEqual(names(collection), ["output/a", "more-files-01.zip"]);
    assert.equal(collection.totals.zipped, 2);
    assert.deepEqual(skips(collection), ["output/d: read_size"]);
  });
});

Deno.test("when the time is over, an archive that stands still is given up and the rest named", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async (lab) => {
    await lab.write("output/a");
    await lab.write("later");
    await sh(`: > "$(printf 'b\\377')"`, join(lab.dir, "output"));
    const waits: number[] = [];
    const over = Promise.withResolvers<void>();
    let broken = false;
    const archive = (_: string, signal?: AbortSignal) => {
      signal?.addEventListener("abort", () => broken = true);
      return Promise.resolve(
        new ReadableStream<Uint8Array>({
          pull() {
            over.resolve();
            return new Promise(() => {});
          },
        }, { highWaterMark: 0 }),
      );
    };
    const clock = {
      ...SYSTEM_CLOCK,
      sleep: (ms: number) => {
        waits.push(ms);
        return over.promise;
      },
    };
    const collection = await lab.collect({
      archive,
      clock,
      limits: { ...NO_LIMITS, maxMinutes: 5 },
    });
    assert.deepEqual(waits, [300_000]);
    assert.equal(broken, true);
    assert.deepEqual(names(collection), ["output/a"]);
    assert.deepEqual(skips(collection), ["/: too_slow", "output/b\ufffd: too_slow"]);
    assert.match(collection.skipped[0].reason.en, /more than 5 minutes/);
  });
});

Deno.test("a file that is being packed when the time is over is packed whole", async () => {
  await withLab(async (lab) => {
    const bytes = new Uint8Array(20_000_000);
    for (let at = 0; at < bytes.length; at += 50_000) {
      crypto.getRandomValues(bytes.subarray(at, at + 50_000));
    }
    await lab.write("output/a", bytes);
    await lab.write("output/b");
    const part = join(lab.spill, "part-1.zip");
    const isThere = () => Deno.lstat(part).then(() => true, () => false);
    const clock = {
      ...SYSTEM_CLOCK,
      sleep: async () => {
        while (!await isThere()) await new Promise((resolve) => setTimeout(resolve));
      },
    };
    const limits = { ...NO_LIMITS, maxFiles: 0, maxMinutes: 5 };
    const collection = await lab.collect({ clock, limits });
    assert.deepEqual(skips(collection), ["/: too_slow"]);
    assert.equal(collection.totals.zipped, 1);
    await sh(
      `python3 -m zipfile -e "${part}" . && cmp output/a "${lab.dir}/output/a"`,
      lab.outside,
    );
  });
});
