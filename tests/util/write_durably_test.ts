import assert from "node:assert/strict";
import { join } from "@std/path";

import { writeDurably } from "../../src/util/mod.ts";
import { namesIn, tempFolder } from "../daemon/helpers.ts";

Deno.test("a write removes what killed writes of the same file have left, and nothing else", async () => {
  await using folder = await tempFolder();
  const at = (name: string) => join(folder.path, name);
  const leftover = `agent.id.${crypto.randomUUID()}.tmp`;
  const fresh = `agent.id.${crypto.randomUUID()}.tmp`;
  const others = [`config.toml.${crypto.randomUUID()}.tmp`, "agent.id.tmp", "agent.id.bak"];
  const long = new Date(Date.now() - 120_000);
  for (const name of [leftover, fresh, ...others]) {
    await Deno.writeTextFile(at(name), "half");
    if (name !== fresh) await Deno.utime(at(name), long, long);
  }
  await writeDurably(at("agent.id"), "whole");
  assert.deepEqual(await namesIn(folder.path), ["agent.id", fresh, ...others].sort());
  assert.equal(await Deno.readTextFile(at("agent.id")), "whole");
});
