import assert from "node:assert/strict";
import { join } from "@std/path";
import { names, NO_LIMITS, peakMemory, sh, skips, unzipped, withLab } from "./lab.ts";

Deno.test("past maxFiles the rest goes in zip parts, output/response.md and output/ first", async () => {
  await withLab(async (lab) => {
    for (let n = 0; n < 30; n++) await lab.write(`output/a${String(n).padStart(2, "0")}`);
    await lab.write("output/response.md");
    await lab.write("output/z/换行\nx.txt");
    await lab.write("top\\x.png");
    await lab.write("old", "very old");
    await Deno.utime(join(lab.dir, "old"), 0, 0);
    const collection = await lab.collect({ limits: { ...NO_LIMITS, maxFiles: 3 } });
    assert.deepEqual(names(collection), [
      "output/response.md",
      "output/a00",
      "output/a01",
      "more-files-01.zip",
    ]);
    const zip = collection.files[3];
    assert.equal(zip.mimeType, "application/zip");
    assert.equal(zip.contains, 31);
    const { files, zipped, zipParts } = collection.totals;
    assert.deepEqual([files, zipped, zipParts], [34, 31, 1]);
    assert.equal(zip.source.kind, "spill");
    const path = join(lab.spill, zip.source.kind === "spill" ? zip.source.file : "");
    assert.equal((await Deno.stat(path)).size, zip.size);
    const entries = await unzipped(path, join(lab.base, "unzipped"));
    assert.equal(entries.get("output/a02"), "output/a02");
    assert.equal(entries.get("old"), "very old");
    const renamed = collection.renamed.map(({ name, sentAs }) => [name, entries.get(sentAs)]);
    assert.deepEqual(renamed, [
      ["output/z/换行\\u000ax.txt", "output/z/换行\nx.txt"],
      ["top\\x.png", "top\\x.png"],
    ]);
    assert.ok([...entries.keys()].every((name) => !name.includes("\\") && !name.startsWith("/")));
    assert.deepEqual(await lab.collect({ limits: { ...NO_LIMITS, maxFiles: 3 } }), collection);
  });
});

Deno.test("a zip part keeps its size whatever is in it, and what is larger goes by itself", async () => {
  await withLab(async (lab) => {
    const random = (size: number) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536) {
        crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
      }
      return bytes;
    };
    for (let n = 0; n < 9; n++) await lab.write(`output/r${n}`, random(1_300_000));
    for (let n = 0; n < 9; n++) await lab.write(`output/text${n}`, "words ".repeat(300_000));
    await lab.write("output/large", random(3_000_001));
    const limits = { ...NO_LIMITS, maxFiles: 0 };
    const partBytes = 3_000_000;
    const collection = await lab.collect({ limits }, { partBytes });
    const parts = collection.files.slice(1);
    assert.equal(collection.files[0].name, "output/large");
    assert.ok(parts.length >= 5, String(parts.length));
    let count = 0;
    for (const part of parts) {
      assert.ok(part.size <= partBytes, `${part.name}: ${part.size}`);
      const { source } = part;
      const path = join(lab.spill, source.kind === "spill" ? source.file : "");
      count += (await unzipped(path, join(lab.base, part.name))).size;
    }
    assert.equal(count, 18);
    const left = (await Array.fromAsync(Deno.readDir(lab.spill))).map((entry) => entry.name);
    assert.equal(left.length, parts.length);
  });
});

Deno.test("a task that needs nothing packed leaves no spill folder behind", async () => {
  await withLab(async (lab) => {
    await lab.write("output/a");
    const { files } = await lab.collect();
    await assert.rejects(Deno.lstat(lab.spill), Deno.errors.NotFound);
    assert.equal(await lab.read(files[0]), "output/a");
  });
});

Deno.test("a disk that parts fill is said to be full", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async (lab) => {
    const small = join(lab.base, "small");
    await sh(`mkdir small && mount -t tmpfs -o size=1m none small`, lab.base);
    try {
      await lab.write("output/a.zip", new Uint8Array(4_000_000));
      const spill = join(small, "spill");
      const collecting = lab.collect({ limits: { ...NO_LIMITS, maxFiles: 0 }, spill });
      await assert.rejects(collecting, { name: "DiskFull" });
      await assert.rejects(Deno.lstat(spill), Deno.errors.NotFound);
    } finally {
      await sh(`umount "${small}"`, lab.base);
    }
  });
});

Deno.test("30,000 files are a handful of uploads, in flat memory", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await withLab(async (lab) => {
    await sh(
      `python3 - <<'X'
for i in range(30000): open('output/%05d' % i, 'w').write(str(i) * 50)
X`,
      lab.dir,
    );
    const before = await peakMemory();
    const collection = await lab.collect();
    assert.equal(collection.totals.files, 30_000);
    assert.deepEqual(skips(collection), []);
    assert.equal(collection.files.length, 206);
    assert.ok(await peakMemory() - before < 150 * 2 ** 20);
  });
});
