import assert from "node:assert/strict";
import { join } from "@std/path";
import { names, NO_LIMITS, skips, withLab } from "./lab.ts";

Deno.test("all regular files count but task.json, input, hidden entries of the top level and mounts", async () => {
  await withLab(async (lab) => {
    const files = [
      "a.txt",
      "z/deep/b.txt",
      "z/.hidden",
      "output/.hidden",
      "output/.git/config",
      "output/b.csv",
      "output/response.md",
      "output/a/c.csv",
      "output/input/task.json",
      "outputs.txt",
      ".cache/pip/x",
      ".bashrc",
      ".agent/log.txt",
      "data/mounted.bin",
      "z/data/other",
      "output/models/m.bin",
    ];
    for (const file of files) await lab.write(file);
    const collection = await lab.collect({
      mounts: ["/workspace/data/", "/workspace/./output//models", "/data", "/workspace-2/z"],
    });
    assert.deepEqual(names(collection), [
      "output/response.md",
      "output/.git/config",
      "output/.hidden",
      "output/a/c.csv",
      "output/b.csv",
      "output/input/task.json",
      "a.txt",
      "outputs.txt",
      "z/.hidden",
      "z/data/other",
      "z/deep/b.txt",
    ]);
    assert.deepEqual(skips(collection), [".bashrc: hidden", ".cache/: hidden"]);
    assert.deepEqual(collection.renamed, []);
    for (const file of collection.files) assert.equal(await lab.read(file), file.name);
    assert.deepEqual(collection.files.map((file) => file.position), [...Array(11).keys()]);
    assert.equal(collection.totals.files, 11);
    // Again after a crash, from what the journal holds.
    assert.deepEqual(
      await lab.collect({ mounts: ["/workspace/data", "/workspace/output/models"] }),
      collection,
    );
    const [first] = JSON.parse(JSON.stringify(collection.files));
    assert.equal(await lab.read(first), "output/response.md");
  });
});

Deno.test("a top-level response.md goes unless there is one in output", async () => {
  await withLab(async (lab) => {
    await lab.write("response.md", "top");
    assert.deepEqual(names(await lab.collect()), ["response.md"]);
    await lab.write("output/response.md", "real");
    const collection = await lab.collect();
    assert.deepEqual(names(collection), ["output/response.md"]);
    assert.deepEqual(skips(collection), ["response.md: superseded"]);
    await Deno.remove(join(lab.dir, "output/response.md"));
    await Deno.symlink("/etc/passwd", join(lab.dir, "output/response.md"));
    const tricked = await lab.collect();
    assert.deepEqual(names(tricked), ["response.md"]);
    assert.deepEqual(skips(tricked), ["output/response.md: link"]);
  });
});

Deno.test("an empty workspace, one without output and one whose output is a file", async () => {
  await withLab(async (lab) => {
    assert.deepEqual(names(await lab.collect()), []);
    await Deno.remove(join(lab.dir, "output"));
    await lab.write("a");
    assert.deepEqual(names(await lab.collect()), ["a"]);
    await lab.write("output", "a file");
    assert.deepEqual(names(await lab.collect()), ["a", "output"]);
  });
});

Deno.test("names in Chinese, with blanks and quotes, and empty files go as they are", async () => {
  await withLab(async (lab) => {
    const hard = ["output/报告 终稿.md", 'output/a "quoted" b', "output/100%22", "output/a\tb"];
    for (const name of hard) await lab.write(name, "");
    const collection = await lab.collect();
    assert.deepEqual(names(collection).sort(), [...hard].sort());
    assert.deepEqual(collection.files.map((file) => file.size), hard.map(() => 0));
    for (const file of collection.files) assert.equal(await lab.read(file), "");
  });
});

Deno.test("limits: a file, all files, and the reason is named", async () => {
  await withLab(async (lab) => {
    await lab.write("output/a", "x".repeat(10));
    await lab.write("output/b", "x".repeat(100));
    await lab.write("output/c", "x".repeat(30));
    await lab.write("output/d", "x".repeat(5));
    const limits = { ...NO_LIMITS, maxFileSize: 50, maxTotalSize: 20 };
    const collection = await lab.collect({ limits });
    assert.deepEqual(names(collection), ["output/a", "output/d"]);
    assert.deepEqual(skips(collection), ["output/b: too_large", "output/c: total_size"]);
    assert.match(collection.skipped[0].reason.en, /50 bytes/);
    assert.equal(collection.totals.bytes, 15);
  });
});
