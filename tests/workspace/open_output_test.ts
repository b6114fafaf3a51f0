import assert from "node:assert/strict";
import { join } from "@std/path";
import { Failure } from "../../src/i18n/mod.ts";
import { collectOutputs, openOutput, type OutputFile } from "../../src/workspace/mod.ts";
import { type Lab, names, NO_LIMITS, sh, skips, withLab } from "./lab.ts";

async function collected(
  lab: Lab,
  path: string,
  content: string | Uint8Array,
): Promise<OutputFile> {
  await lab.write(path, content);
  const { files } = await lab.collect();
  return files.find(({ name }) => name === path)!;
}

Deno.test("openOutput gives exactly what was collected, in pieces", async () => {
  await withLab(async (lab) => {
    const bytes = new Uint8Array(1_000_003).map((_, index) => index * 7 % 251);
    const file = await collected(lab, "output/a/b/c.bin", bytes);
    const body = await openOutput({ ...lab, file });
    assert.deepEqual(new Uint8Array(await new Response(body).arrayBuffer()), bytes);
    // Cancelled in the middle; nothing stays open (the test runner would tell).
    const reader = (await openOutput({ ...lab, file })).getReader();
    await reader.read();
    await reader.cancel();
    await (await openOutput({ ...lab, file })).cancel();
  });
});

Deno.test("a file that is changed, replaced or gone after the collection is never sent", async () => {
  await withLab(async (lab) => {
    const changes: Record<string, string> = {
      longer: "echo more >> f",
      shorter: ": > f",
      "same size": "printf abcdef > f",
      gone: "rm f",
      link: `rm f; ln -s "${lab.outside}/secret" f`,
      pipe: "rm f; mkfifo f",
      folder: "rm f; mkdir f",
      "linked folder":
        `cd ..; rm -r d; cp -r "${lab.outside}" "${lab.outside}2"; ln -s "${lab.outside}2" d; printf 123456 > d/f`,
    };
    for (const [change, command] of Object.entries(changes)) {
      await sh("rm -rf d; mkdir d", join(lab.dir, "output"));
      const file = await collected(lab, "output/d/f", "123456");
      await sh(`touch -d '2020-01-01' f`, join(lab.dir, "output/d"));
      await assert.rejects(lab.read(file), { name: "OutputChanged" }, `touch before ${change}`);
      const again = (await lab.collect()).files[0];
      await sh(command, join(lab.dir, "output/d"));
      await assert.rejects(lab.read(again), { name: "OutputChanged" }, change);
    }
  });
});

Deno.test("a file that changes while it is sent fails before its last bytes", async () => {
  await withLab(async (lab) => {
    const file = await collected(lab, "output/a", new Uint8Array(1_000_000));
    for (const change of [">> a echo x", "truncate -s 10 a"]) {
      const fresh = change.startsWith(">>") ? file : (await lab.collect()).files[0];
      const reader = (await openOutput({ ...lab, file: fresh })).getReader();
      let received = (await reader.read()).value!.length;
      await sh(change, join(lab.dir, "output"));
      const rest = async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          received += next.value.length;
        }
      };
      await assert.rejects(rest(), { name: "OutputChanged" });
      assert.ok(received < fresh.size);
    }
  });
});

Deno.test("a description out of a journal cannot name anything outside", async () => {
  await withLab(async (lab) => {
    const { size, mtime } = await Deno.stat(join(lab.outside, "secret"));
    const mtimeNs = String(BigInt(mtime!.getTime()) * 1_000_000n);
    for (const path of ["../../outside/secret", "/etc/passwd", "..", "", "output/../task.json"]) {
      const source = { kind: "workspace", path, mtimeNs, links: 1 } as const;
      await assert.rejects(lab.read({ position: 0, name: "x", size, source }), {
        name: "OutputChanged",
      });
    }
    const source = { kind: "spill", file: "../../outside/secret" } as const;
    await assert.rejects(lab.read({ position: 0, name: "x", size, source }), Failure);
  });
});

Deno.test("files that change all the while are whole or named, and never from outside", async () => {
  await withLab(async (lab) => {
    const script =
      "import os,sys\nos.chdir(sys.argv[1])\nfor d in 'pq': os.makedirs(d, exist_ok=True)\n" +
      "open('p/secret','w').write('mine')\n" +
      "while True:\n" +
      " os.rename('p','x'); os.symlink(sys.argv[2],'p'); os.unlink('p'); os.rename('x','p')\n" +
      " open('f','w').write('a'*100000)\n open('f','a').write('b'*100000)\n" +
      " os.rename('f','g'); os.symlink(sys.argv[2]+'/secret','f'); os.unlink('f'); os.rename('g','f')\n";
    const attacker = new Deno.Command("python3", {
      args: ["-c", script, join(lab.dir, "output"), lab.outside],
      stdin: "null",
      stderr: "null",
    }).spawn();
    try {
      for (let round = 0; round < 150; round++) {
        const limits = { ...NO_LIMITS, maxFiles: round % 2 === 0 ? 200 : 0 };
        const { dir, spill } = lab;
        const collection = await collectOutputs({ dir, spill, mounts: [], limits });
        for (const file of collection.files) {
          const sent = await lab.read(file).catch((error) => {
            if (!(error instanceof Failure)) throw error;
            return "";
          });
          assert.ok(!sent.includes("private data"), file.name);
        }
        const known = ["output/f", "output/g", "output/p", "output/x", "output/q"];
        for (const name of [...names(collection), ...skips(collection)]) {
          assert.ok(name.endsWith(".zip") || known.some((path) => name.startsWith(path)), name);
        }
      }
    } finally {
      attacker.kill("SIGKILL");
      await attacker.status;
    }
  });
});
