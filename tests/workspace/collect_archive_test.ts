import assert from "node:assert/strict";
import { join } from "@std/path";
import { packTar } from "modern-tar";
import { TEST_IMAGE, TEST_LABELS, testEngine } from "../support/engine.ts";
import { collectInChild } from "./child.ts";
import { counting } from "./counting.ts";
import { type Lab, names, NO_LIMITS, sh, SHOWS_BAD_NAMES, skips, withLab } from "./lab.ts";

const MB = 1_000_000;

/** Runs a command as root in a container that has the lab's workspace, then hands out its id. */
async function withContainer(lab: Lab, body: (id: string) => Promise<void>, run?: string) {
  await using engine = await testEngine();
  const id = await engine.createContainer(`agent-core-test-${crypto.randomUUID()}`, {
    Image: TEST_IMAGE,
    Labels: TEST_LABELS,
    Cmd: ["sh", "-c", run ?? "true"],
    HostConfig: { Mounts: [{ Type: "bind", Source: lab.dir, Target: "/workspace" }] },
  });
  try {
    if (run !== undefined) {
      const ended = engine.waitContainer(id, { condition: "next-exit" });
      await engine.startContainer(id);
      assert.equal((await ended).statusCode, 0);
    }
    await body(id);
  } finally {
    await engine.removeContainer(id, { force: true });
  }
}

Deno.test("what the agent may not read comes from the stopped container", async () => {
  await withLab(async (lab) => {
    const run = `cd /workspace; umask 077; mkdir -p output/closed/deep .cache mounted top
      echo report > output/response.md; echo a > output/closed/a; echo b > output/closed/deep/b
      ln -s /etc/passwd output/closed/link; mkfifo output/closed/pipe
      echo open > output/open; chmod 644 output/open; echo c > top/c; echo x > .cache/x
      dd if=/dev/zero of=output/closed/large bs=1024 count=1100 2>/dev/null
      touch -d 1960-01-01 output/closed/a
      chmod 000 output/response.md output/closed top/c; chmod 000 mounted`;
    await withContainer(lab, async (id) => {
      const { collection, contents } = await collectInChild([lab.dir, lab.spill, id], {
        powerless: true,
      });
      assert.deepEqual(contents, {
        "output/response.md": "report\n",
        "output/closed/a": "a\n",
        "output/closed/deep/b": "b\n",
        "output/open": "open\n",
        "top/c": "c\n",
      });
      assert.deepEqual(skips(collection), [
        ".cache/: hidden",
        "output/closed/large: too_large",
        "output/closed/link: link",
        "output/closed/pipe: special",
      ]);
    }, run);
    await withContainer(lab, async () => {
      const { collection } = await collectInChild([lab.dir, lab.spill], { powerless: true });
      assert.deepEqual(names(collection), ["output/open"]);
      assert.deepEqual(skips(collection), [
        ".cache/: hidden",
        "output/closed/: unreadable",
        "output/response.md: unreadable",
        "top/c: unreadable",
      ]);
    });
  });
});

Deno.test("a workspace that its container closed altogether comes from the container", async () => {
  await withLab(async (lab) => {
    const run =
      "cd /workspace; echo a > output/a; echo t > response.md; echo r > output/response.md; " +
      "chmod 000 /workspace";
    await withContainer(lab, async (id) => {
      const { collection, contents } = await collectInChild([lab.dir, lab.spill, id], {
        powerless: true,
      });
      assert.deepEqual(contents, { "output/response.md": "r\n", "output/a": "a\n" });
      assert.deepEqual(skips(collection), ["response.md: superseded"]);
    }, run);
  });
});

Deno.test("files whose names are not UTF-8 come from the container under names that can be sent", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async (lab) => {
    await sh(
      `printf one > "$(printf 'bad\\377.csv')"; printf two > "$(printf 'two\\377')"
       printf three > "$(printf 'two\\376')"; mkdir "$(printf 'dir\\377')"
       printf in > "$(printf 'dir\\377/in')"; printf real > "$(printf 'twin\\357\\277\\275')"
       printf evil > "$(printf 'twin\\377')"; ln -s / "$(printf 'link\\377')"; printf ok > plain`,
      join(lab.dir, "output"),
    );
    await using engine = await testEngine();
    await withContainer(lab, async (id) => {
      const archive = (path: string, signal?: AbortSignal) => engine.archive(id, path, signal);
      const collection = await lab.collect({ archive });
      const contents = await Promise.all(collection.files.map((file) => lab.read(file)));
      assert.deepEqual(contents.sort(), ["evil", "in", "ok", "one", "real", "three", "two"]);
      assert.equal(new Set(names(collection)).size, 7);
      assert.ok(names(collection).includes("output/bad\ufffd.csv"));
      assert.deepEqual(skips(collection), ["output/link\ufffd: link"]);
      const zipped = await lab.collect({ archive, limits: { ...NO_LIMITS, maxFiles: 1 } });
      assert.deepEqual(names(zipped), ["output/plain", "more-files-01.zip"]);
      assert.equal(zipped.totals.files, 7);
    });
  });
});

Deno.test("a file from the container keeps its time in a zip part", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async (lab) => {
    await sh(`: > output/a; : > "$(printf 'output/bad\\377')"`, lab.dir);
    const mtime = new Date("2001-02-03T12:00:00Z");
    const tar = await packTar([{
      header: { name: "output/bad\ufffd", size: 4, type: "file", mtime },
      body: "text",
    }]);
    const collection = await lab.collect({
      archive: () => Promise.resolve(ReadableStream.from([tar])),
      limits: { ...NO_LIMITS, maxFiles: 1 },
    });
    assert.deepEqual(names(collection), ["output/a", "more-files-01.zip"]);
    const part = join(lab.spill, "part-1.zip");
    const { stdout } = await new Deno.Command("python3", {
      args: ["-c", `import zipfile; print(zipfile.ZipFile("${part}").infolist()[0].date_time[:3])`],
      stdin: "null",
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "(2001, 2, 3)\n");
  });
});

Deno.test("an engine that fails in the middle fails the collection; a hostile tar does not", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async (lab) => {
    await sh(`: > "$(printf 'output/bad\\377')"`, lab.dir);
    const away = () => Promise.reject(new Error("engine is away"));
    await assert.rejects(lab.collect({ archive: away }), /engine is away/);
    const cut = () =>
      Promise.resolve(
        new ReadableStream<Uint8Array>({ pull: (c) => c.error(new Error("connection cut")) }),
      );
    await assert.rejects(lab.collect({ archive: cut }), /connection cut/);
    const noise = () => Promise.resolve(ReadableStream.from([new Uint8Array(5000).fill(65)]));
    const noisy = await lab.collect({ archive: noise });
    assert.deepEqual(skips(noisy), ["output/: read_error", "output/bad\ufffd: bad_name"]);
    const evil = [
      "output/../../../evil",
      "/output/bad\ufffd/x",
      "../evil",
      "output/other",
      "output/./bad\ufffd",
      "output/bad\ufffd/../../../evil",
      "output//bad\ufffd",
    ];
    const tar = await packTar(evil.map((name) => ({
      header: { name, size: 4, type: "file" },
      body: "evil",
    })));
    const tricked = await lab.collect({
      archive: () => Promise.resolve(ReadableStream.from([tar])),
    });
    assert.deepEqual(names(tricked), []);
    const left = await Array.fromAsync(Deno.readDir(lab.base));
    assert.deepEqual(left.map((entry) => entry.name).sort(), ["outside", "spill", "workspaces"]);
  });
});

Deno.test("what is too large is left out by its size, and the engine is not asked for it", async () => {
  await withLab(async (lab) => {
    const run = `cd /workspace/output; truncate -s 3G huge; echo a > small; chmod 000 huge small`;
    await withContainer(lab, async (id) => {
      const { collection, contents, asked } = await collectInChild([lab.dir, lab.spill, id], {
        powerless: true,
      });
      assert.deepEqual(contents, { "output/small": "a\n" });
      assert.deepEqual(skips(collection), ["output/huge: too_large"]);
      assert.deepEqual(asked, ["/workspace/output/small"]);
    }, run);
  });
});

Deno.test("an archive is read no further than to what is wanted of it", async () => {
  await withLab(async (lab) => {
    const run = `cd /workspace/output; for i in 0 1 2 3 4 5 6 7 8; do echo a > f$i; done
      chmod 000 f*; truncate -s 3G z`;
    await withContainer(lab, async (id) => {
      const { contents, asked, received } = await collectInChild([lab.dir, lab.spill, id], {
        powerless: true,
      });
      assert.equal(Object.keys(contents).length, 9);
      assert.deepEqual(asked, ["/workspace/output"]);
      assert.ok(received < 10 * MB, `${received} bytes were read`);
    }, run);
  });
});

Deno.test("an archive that is beyond the bound is broken off before its content flows", {
  ignore: !SHOWS_BAD_NAMES,
}, async () => {
  await withLab(async (lab) => {
    await sh(`truncate -s 3G a; printf b > "$(printf 'b\\377')"`, join(lab.dir, "output"));
    await lab.write("rest");
    await using engine = await testEngine();
    await withContainer(lab, async (id) => {
      let received = 0;
      const archive = async (path: string, signal?: AbortSignal) =>
        counting(await engine.archive(id, path, signal), (bytes) => received += bytes);
      const collection = await lab.collect({
        archive,
        limits: { ...NO_LIMITS, maxReadSize: 1000 * MB },
      });
      assert.deepEqual(names(collection), ["output/a", "rest"]);
      assert.deepEqual(skips(collection), ["output/b\ufffd: read_size"]);
      assert.match(collection.skipped[0].reason.en, /1000000000 bytes/);
      assert.ok(received < 10 * MB, `${received} bytes were read`);
    });
  });
});
