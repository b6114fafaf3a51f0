import assert from "node:assert/strict";
import { join } from "@std/path";
import type { Engine } from "../../../src/docker/mod.ts";
import { withThrowAway } from "../../../src/executor/docker/throw_away.ts";
import { TEST_IMAGE } from "../../support/engine.ts";
import { ofDocker } from "../../support/engine_kind.ts";
import { startPrivateEngine } from "../../support/private_engine.ts";
import { shell, withBenchOn } from "../helpers.ts";

async function chattr(flag: "+i" | "-i", file: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("chattr", { args: [flag, file] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** For half a second the engine cannot delete its folder of this container. */
async function makeStubborn(
  engine: Engine,
  id: string,
): Promise<{ readonly freed: Promise<void> }> {
  const { rootDir } = await engine.info();
  const file = join(rootDir, "containers", id, "stubborn");
  await Deno.writeTextFile(file, "");
  await chattr("+i", file);
  const freed = new Promise<void>((resolve) => {
    setTimeout(() => resolve(chattr("-i", file)), 500);
  });
  await assert.rejects(engine.removeContainer(id, { force: true }), /not permitted/);
  return { freed };
}

ofDocker("a container that the engine fails to remove at first is removed", async (t) => {
  await using daemon = await startPrivateEngine();
  await using engine = await daemon.connect();

  await t.step("one of the agent's own use", async () => {
    const spec = { Image: TEST_IMAGE, Labels: { throw: "away" }, HostConfig: {} };
    let stubborn: { readonly freed: Promise<void> } | undefined;
    await withThrowAway(engine, spec, async (id) => {
      stubborn = await makeStubborn(engine, id);
    });
    await stubborn?.freed;
    assert.deepEqual(await engine.listContainers({ labels: spec.Labels, all: true }), []);
  });

  await t.step(
    "a run",
    () =>
      withBenchOn(engine, crypto.randomUUID(), { executor: shell("true") }, async (bench) => {
        const { runId } = await bench.run(await bench.attempt());
        const { freed } = await makeStubborn(engine, runId);
        await bench.executor.remove(runId);
        await freed;
        assert.equal(await engine.inspectContainer(runId), undefined);
      }),
  );
});
