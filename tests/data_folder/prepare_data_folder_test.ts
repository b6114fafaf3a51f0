import assert from "node:assert/strict";
import { join } from "@std/path";

import { prepareDataFolder } from "../../src/data_folder/mod.ts";
import { namesIn, tempFolder } from "../daemon/helpers.ts";

Deno.test("a start removes the folders of start checks that were killed, not one that is being made", async () => {
  await using folder = await tempFolder();
  const at = (name: string) => join(folder.path, name);
  for (const name of [".start-check-killed", ".start-check-now"]) {
    await Deno.mkdir(at(name));
    await Deno.writeTextFile(join(at(name), "nonce"), "x");
  }
  const long = new Date(Date.now() - 3_600_000);
  await Deno.utime(at(".start-check-killed"), long, long);
  const id = await prepareDataFolder({ dataDir: folder.path, allowNetworkFs: false });
  const expected = [".start-check-now", "agent.id", "logs", "spill", "workspaces"];
  assert.deepEqual(await namesIn(folder.path), expected);
  assert.equal(await prepareDataFolder({ dataDir: folder.path, allowNetworkFs: false }), id);
});

Deno.test("a start removes what an agent was killed over while it wrote it, and nothing else", async () => {
  await using folder = await tempFolder();
  const at = (name: string) => join(folder.path, name);
  const unfinished = `${crypto.randomUUID()}.tmp`;
  await Deno.mkdir(at("logs"));
  // A configuration may lie beside them, and somebody may be registering.
  const config = `config.toml.${unfinished}`;
  const stays = [
    config,
    "agent.pid",
    `agent.stop.${unfinished}`,
    "notes.tmp",
    "logs/a.log",
    "logs/a.log.state",
  ];
  const goes = [`agent.control.${unfinished}`, `agent.id.${unfinished}`, "logs/a.log.state.new"];
  for (const name of [...stays, ...goes]) await Deno.writeTextFile(at(name), "x");
  await prepareDataFolder({ dataDir: folder.path, allowNetworkFs: false });
  const left = [
    ...await namesIn(folder.path),
    ...(await namesIn(at("logs"))).map((n) => `logs/${n}`),
  ];
  const made = ["agent.id", "logs", "spill", "workspaces"];
  assert.deepEqual(left.sort(), [...stays, ...made].sort());
});

Deno.test("an agent's id that cannot be read for now is not replaced: its containers have it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "agent.id");
  // A link to itself cannot be read by anybody, and can be replaced.
  await Deno.symlink("agent.id", path);
  await assert.rejects(
    prepareDataFolder({ dataDir: folder.path, allowNetworkFs: false }),
    (error: Error) => error.message.includes(path),
  );
  assert.ok((await Deno.lstat(path)).isSymlink);
});
