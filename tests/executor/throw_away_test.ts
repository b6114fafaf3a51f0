import assert from "node:assert/strict";
import { join } from "@std/path";
import { withThrowAway } from "../../src/executor/throw_away.ts";
import { TEST_IMAGE } from "../support/engine.ts";
import { startPrivateEngine } from "../support/private_engine.ts";

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

Deno.test("a throw-away container that the engine fails to remove at first is removed", async () => {
  await using daemon = await startPrivateEngine();
  await using engine = await daemon.connect();
  const { rootDir } = await engine.info();
  let freed: Promise<void> | undefined;
  const spec = { Image: TEST_IMAGE, Labels: { throw: "away" }, HostConfig: {} };
  await withThrowAway(engine, spec, async (id) => {
    const stubborn = join(rootDir, "containers", id, "stubborn");
    await Deno.writeTextFile(stubborn, "");
    await run("chattr", "+i", stubborn);
    await assert.rejects(engine.removeContainer(id, { force: true }), /not permitted/);
    freed = new Promise((resolve) => {
      setTimeout(() => resolve(run("chattr", "-i", stubborn)), 500);
    });
  });
  await freed;
  assert.deepEqual(await engine.listContainers({ labels: spec.Labels, all: true }), []);
});
