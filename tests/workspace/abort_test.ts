import assert from "node:assert/strict";
import { join } from "@std/path";
import { diskUsage, removeWorkspace } from "../../src/workspace/mod.ts";
import { NO_LIMITS, sh, withLab } from "./lab.ts";

/** More than is looked at or removed between two turns of the event loop. */
const MANY = 10_000;

async function fill(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const script = `for i in range(${MANY}): open(f'f{i}', 'w').close()`;
  await sh(`python3 -c "${script}"`, folder);
}

async function count(folder: string): Promise<number> {
  return (await Array.fromAsync(Deno.readDir(folder))).length;
}

/** Aborted as soon as the work under way lets anything else have its turn. */
function soon(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("shutdown")));
  return controller.signal;
}

/** Aborted as soon as something of a filled folder is gone. */
function onceBegun(folder: string): AbortSignal {
  const controller = new AbortController();
  const look = () => {
    if ([...Deno.readDirSync(folder)].length < MANY) controller.abort(new Error("shutdown"));
    else setTimeout(look);
  };
  setTimeout(look);
  return controller.signal;
}

Deno.test("an abort ends a removal and a measurement in the middle", async () => {
  await withLab(async ({ dir }) => {
    await fill(join(dir, "many"));
    await assert.rejects(diskUsage(dir, { signal: soon() }), /shutdown/);
    const many = join(dir, "many");
    await assert.rejects(removeWorkspace(dir, { signal: onceBegun(many) }), /shutdown/);
    assert.ok(await count(many) > 0);
  });
});

Deno.test("an abort ends the emptying of an old spill folder, and leaves the rest for the next time", async () => {
  await withLab(async (lab) => {
    await lab.write("output/a");
    await fill(lab.spill);
    await assert.rejects(lab.collect({ signal: onceBegun(lab.spill) }), /shutdown/);
    assert.ok(await count(lab.spill) > 0);
    assert.equal((await lab.collect()).files.length, 1);
    await assert.rejects(Deno.lstat(lab.spill), Deno.errors.NotFound);
  });
});

Deno.test("an abort while files are packed removes nothing either", async () => {
  await withLab(async (lab) => {
    await lab.write("output/a", new Uint8Array(30_000_000));
    const controller = new AbortController();
    const collecting = lab.collect({
      limits: { ...NO_LIMITS, maxFiles: 0 },
      signal: controller.signal,
    });
    const ended = assert.rejects(collecting, /shutdown/);
    const part = join(lab.spill, "part-1.zip");
    const isThere = () => Deno.lstat(part).then(() => true, () => false);
    while (!await isThere()) await new Promise((resolve) => setTimeout(resolve));
    controller.abort(new Error("shutdown"));
    await ended;
    assert.equal(await isThere(), true);
    assert.equal((await lab.collect()).files.length, 1);
  });
});
