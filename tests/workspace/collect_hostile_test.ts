import assert from "node:assert/strict";
import { join } from "@std/path";
import { Failure } from "../../src/i18n/mod.ts";
import {
  names,
  NO_LIMITS,
  peakMemory,
  SECRET,
  sh,
  SHOWS_BAD_NAMES,
  skips,
  withLab,
} from "./lab.ts";

Deno.test("links of every kind, pipes, sockets and devices are named and never opened", async () => {
  await withLab(async (lab) => {
    await lab.write("output/good");
    await sh(
      `ln -s ../../../outside/secret relative; ln -s "${lab.outside}/secret" absolute
       ln -s relative chain1; ln -s chain1 chain2; ln -s loop loop; ln -s "${lab.outside}" folder
       ln -s /dev/zero device; ln -s /proc/self/environ proc; ln -s good inside; mkfifo pipe
       python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
       if [ "$(id -u)" = 0 ]; then mknod dev c 1 5 || true; mknod block b 7 99 || true; fi`,
      join(lab.dir, "output"),
    );
    const links = ["relative", "absolute", "chain1", "chain2", "loop", "folder", "device", "proc"];
    const collection = await lab.collect();
    assert.deepEqual(names(collection), ["output/good"]);
    const expected = [...links, "inside"].map((name) => `output/${name}: link`);
    const special = ["pipe", "socket"];
    for (const name of ["dev", "block"]) {
      const made = await Deno.lstat(join(lab.dir, "output", name)).catch(() => undefined);
      if (made) special.push(name);
    }
    expected.push(...special.map((name) => `output/${name}: special`));
    assert.deepEqual(skips(collection), expected.sort());
    assert.ok(!JSON.stringify(collection).includes(SECRET));
  });
});

Deno.test("output or input as a link is not followed", async () => {
  await withLab(async (lab) => {
    await sh(`rm -r output input; ln -s "${lab.outside}" output; ln -s / input`, lab.dir);
    const collection = await lab.collect();
    assert.deepEqual(names(collection), []);
    assert.deepEqual(skips(collection), ["input: link", "output: link"]);
  });
});

Deno.test("a workspace or a parent of it that is a link is refused", async () => {
  await withLab(async (lab) => {
    await lab.write("output/a");
    const [file] = (await lab.collect()).files;
    await sh("mv task moved && ln -s moved task", join(lab.base, "workspaces"));
    await assert.rejects(lab.collect(), Failure);
    await assert.rejects(lab.read(file), Failure);
    await sh(
      "rm task; mv moved task; cd ..; mv workspaces w; ln -s w workspaces",
      join(lab.base, "workspaces"),
    );
    await assert.rejects(lab.collect(), Failure);
    await assert.rejects(lab.read(file), Failure);
    await sh("rm workspaces; mv w workspaces; rm -r workspaces/task", lab.base);
    await assert.rejects(
      lab.collect(),
      (error) => error instanceof Failure && /gone/.test(error.message),
    );
  });
});

Deno.test("a hard link to a file outside is left out, a group within the workspace is sent", async () => {
  await withLab(async (lab) => {
    await lab.write("output/a", "linked");
    await lab.write(".cache/uv/b", "cached");
    await sh(
      `ln "${lab.outside}/secret" output/stolen; ln output/a output/a2; mkdir x; ln output/a x/a3
       ln .cache/uv/b output/b; ln "${lab.outside}/secret" output/again`,
      lab.dir,
    );
    const collection = await lab.collect();
    assert.deepEqual(names(collection), ["output/a", "output/a2", "output/b", "x/a3"]);
    assert.deepEqual(skips(collection), [
      ".cache/: hidden",
      "output/again: hard_link",
      "output/stolen: hard_link",
    ]);
    for (const file of collection.files.slice(0, 2)) assert.equal(await lab.read(file), "linked");
    // A link made after the collection may be anybody's.
    await sh(`ln output/a "${lab.outside}/a"`, lab.dir);
    await assert.rejects(lab.read(collection.files[0]), /changed/);
  });
});

Deno.test("folders a thousand deep: as deep as is looked, the rest is named", async () => {
  await withLab(async (lab) => {
    await sh(
      `python3 - <<'X'
import os
os.chdir('output')
for i in range(1200):
    if i in (0, 100, 200, 300): open('file', 'w').write(str(i))
    os.mkdir('a folder with a long name'); os.chdir('a folder with a long name')
open('file', 'w').write('end')
X`,
      lab.dir,
    );
    const collection = await lab.collect();
    const contents = await Promise.all(collection.files.map((file) => lab.read(file)));
    contents.sort();
    // By path, at most 4096 characters can be opened; by handle there is no such end.
    const { kind } = collection.skipped[0];
    assert.deepEqual(contents, kind === "too_deep" ? ["0", "100", "200"] : ["0", "100"]);
    assert.ok(kind === "too_deep" || kind === "path_too_long");
    assert.equal(collection.skipped.length, 1);
    assert.ok(collection.files.every((file) => file.name.length <= 800));
    assert.ok(JSON.stringify(collection).length < 50_000);
  });
});

Deno.test("names with newlines, backslashes, control characters and 255 bytes are sent, each told apart", async () => {
  await withLab(async (lab) => {
    const hard = [
      "new\nline.txt",
      "new_line.txt",
      "new\rline.txt",
      "bell\x07",
      "del\x7f",
      "back\\slash",
      "ends\\",
      "ends_",
      "..\\..\\x",
      "\x1b[31mred",
      "x".repeat(255),
      "数".repeat(85),
      "fold\ner/in\nside",
    ];
    for (const [index, name] of hard.entries()) await lab.write(`output/${name}`, String(index));
    const collection = await lab.collect();
    assert.equal(collection.files.length, hard.length);
    assert.equal(new Set(names(collection)).size, hard.length);
    // deno-lint-ignore no-control-regex
    assert.ok(names(collection).every((name) => !/[\x00-\x08\x0a-\x1f\x7f]|\\$/.test(name)));
    const contents = await Promise.all(collection.files.map((file) => lab.read(file)));
    assert.deepEqual(contents.map(Number).sort((a, b) => a - b), [...hard.keys()]);
    for (const same of ["new_line.txt", "back\\slash", "ends_", "..\\..\\x", "x".repeat(255)]) {
      assert.ok(names(collection).includes(`output/${same}`), same);
    }
    assert.equal(collection.renamed.length, 7);
    assert.ok(collection.renamed.every(({ name }) => !/[\n\r]/.test(name)));
  });
});

Deno.test("a name that is not UTF-8 is named, and its look-alike is not sent twice", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async (lab) => {
    await sh(
      `printf one > "$(printf 'bad\\377')"; printf two > "$(printf 'two\\377')"
       printf three > "$(printf 'two\\376')"; printf real > "$(printf 'ok\\357\\277\\275')"
       mkdir "$(printf 'dir\\377')"; printf in > "$(printf 'dir\\377/in')"
       printf real > "$(printf 'twin\\357\\277\\275')"; printf evil > "$(printf 'twin\\377')"`,
      join(lab.dir, "output"),
    );
    const collection = await lab.collect();
    assert.deepEqual(names(collection), ["output/ok\ufffd"]);
    assert.equal(await lab.read(collection.files[0]), "real");
    assert.deepEqual(skips(collection), [
      "output/bad\ufffd: bad_name",
      "output/dir\ufffd/: bad_name",
      "output/twin\ufffd: bad_name",
      "output/two\ufffd: bad_name",
    ]);
  });
});

Deno.test("sparse files of terabytes meet the limits and cost nothing", async () => {
  await withLab(async (lab) => {
    await sh(
      "truncate -s 1T huge; truncate -s 3G large; truncate -s 1G fine",
      join(lab.dir, "output"),
    );
    const limits = { ...NO_LIMITS, maxFileSize: 2 ** 31, maxTotalSize: 20 * 2 ** 30, maxFiles: 0 };
    const collection = await lab.collect({ limits });
    assert.deepEqual(names(collection), ["output/fine"]);
    assert.deepEqual(skips(collection), ["output/huge: too_large", "output/large: too_large"]);
    const unlimited = await lab.collect();
    assert.deepEqual(unlimited.files.map((file) => file.size), [2 ** 30, 2 ** 40, 3 * 2 ** 30]);
  });
});

Deno.test("another file system below the workspace is not entered", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  await withLab(async (lab) => {
    const point = join(lab.dir, "output", "mnt");
    await sh(
      "mkdir output/mnt && mount -t tmpfs none output/mnt && echo x > output/mnt/x",
      lab.dir,
    );
    try {
      assert.deepEqual(skips(await lab.collect()), ["output/mnt/: other_filesystem"]);
    } finally {
      await sh(`umount "${point}"`, lab.base);
    }
  });
});

Deno.test("an abort ends a collection and leaves nothing behind", async () => {
  await withLab(async (lab) => {
    for (let n = 0; n < 50; n++) await lab.write(`output/${n}`);
    const signal = AbortSignal.abort(new Error("cancelled"));
    await assert.rejects(lab.collect({ signal }), /cancelled/);
    await assert.rejects(Deno.lstat(lab.spill), Deno.errors.NotFound);
  });
});

Deno.test("a folder of 20,000 entries is counted, and the files among them are found", async () => {
  await withLab(async (lab) => {
    await sh(
      `python3 - <<'X'
import os
for a in range(20): os.makedirs('output/%02d/x' % a)
for i in range(20000): os.symlink('/', 'output/%02d/%05d' % (i % 20, i))
for a in range(20): open('output/%02d/x/file' % a, 'w').close()
X`,
      lab.dir,
    );
    const collection = await lab.collect();
    assert.equal(collection.totals.skipped, 20_000);
    assert.equal(collection.skipped.length, 200);
    assert.deepEqual(collection.skippedMore.map(({ kind, count }) => [kind, count]), [[
      "link",
      19_800,
    ]]);
    assert.deepEqual(
      names(collection),
      [...Array(20).keys()].map((n) => `output/${String(n).padStart(2, "0")}/x/file`),
    );
    assert.ok(JSON.stringify(collection).length < 100_000);
    const bounded = await lab.collect({}, { maxEntries: 1000 });
    const kinds = bounded.skippedMore.map(({ kind, count }) => `${count} ${kind}`);
    assert.deepEqual(
      kinds,
      ["800 link", "1 too_many"].map((words) => words.replace("800", kinds[0].split(" ")[0])),
    );
    assert.ok(bounded.totals.skipped <= 1001);
  });
});

Deno.test("memory stays flat over tens of thousands of entries", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await withLab(async (lab) => {
    await sh(
      `python3 - <<'X'
import os
for i in range(60000): os.symlink('/', 'output/%06d' % i + 'x' * 200)
X`,
      lab.dir,
    );
    await lab.collect({}, { maxEntries: 1000 });
    const before = await peakMemory();
    const collection = await lab.collect();
    assert.equal(collection.totals.skipped, 60_000);
    const grown = await peakMemory() - before;
    assert.ok(grown < 80 * 2 ** 20, `${grown} bytes more`);
  });
});
