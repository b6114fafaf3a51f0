import assert from "node:assert/strict";
import { join } from "@std/path";

import { createWorld, type World } from "../world.ts";
import { STEP } from "./outside.ts";

const mountOf = (host: string, readonly = true) =>
  `[[paths.mounts]]\nhost = ${JSON.stringify(host)}\ncontainer = "/m"\nreadonly = ${readonly}\n`;

/** What nobody may mount: what it is, the path, a word of the explanation. */
const REFUSED: readonly [string, (world: World) => string | Promise<string>, RegExp][] = [
  ["the root", () => "/", /whole file system/],
  ["the root by a longer way", () => "/tmp/../", /whole file system/],
  ["the engine's socket", socketOf, /socket/],
  [
    "the folder of the engine's socket",
    async (world) => join(await socketOf(world), ".."),
    /socket/,
  ],
  ["the data folder", ({ dataDir }) => dataDir, /own data/],
  ["a folder above the data folder", ({ folder }) => folder, /own data|configuration/],
  ["another task's workspace", ({ dataDir }) => join(dataDir, "workspaces"), /own data/],
  ["the journal", ({ dataDir }) => join(dataDir, "agent.db"), /own data/],
  ["the configuration", ({ configPath }) => configPath, /configuration/],
  ["the configuration by a link", async ({ configPath, folder }) => {
    await Deno.symlink(configPath, join(folder, "innocent"));
    return join(folder, "innocent");
  }, /configuration/],
  ["a folder that leads to the data folder by a link", async ({ dataDir, folder }) => {
    await Deno.mkdir(join(folder, "a"));
    await Deno.symlink(dataDir, join(folder, "a", "b"));
    return join(folder, "a", "b");
  }, /own data/],
];

function socketOf({ engine: { endpoint } }: World): Promise<string> {
  assert.ok(endpoint.kind === "unix", "these tests need an engine behind a unix socket");
  return Deno.realPath(endpoint.path);
}

Deno.test("mounts that would give the machine away end the start, with an explanation", async (t) => {
  await using world = await createWorld();
  const config = await Deno.readTextFile(world.configPath);
  // The folders that some of them are.
  await (await world.startAgent()).leave();
  for (const [what, pathOf, words] of REFUSED) {
    const fn = async () => {
      const path = await pathOf(world);
      for (const readonly of [true, false]) {
        await Deno.writeTextFile(world.configPath, config + mountOf(path, readonly));
        await assert.rejects(world.startAgent(), words);
      }
    };
    await t.step({ name: what, ...STEP, fn });
  }
  await t.step({
    name: "a writable mount outside of the data folder is warned about, a read-only one is not",
    ...STEP,
    fn: async () => {
      const host = join(world.folder, "fine");
      await Deno.mkdir(host);
      for (const readonly of [true, false]) {
        await Deno.writeTextFile(world.configPath, config + mountOf(host, readonly));
        const agent = await world.startAgent();
        assert.equal(agent.output().includes(host), !readonly);
        await agent.leave();
      }
    },
  });
});
