import assert from "node:assert/strict";
import { join } from "@std/path";

import { startRelay } from "../../docker/relay.ts";
import { testEngine } from "../../support/engine.ts";
import { runsMount } from "../invariants.ts";
import { createLab, until } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/** A mount's folder goes away while tasks wait, and comes back. */
export async function vanishMount(ledger: Ledger): Promise<void> {
  const folderOf = (folder: string) => join(folder, "shared");
  await using lab = await createLab(ledger, {
    more: async (folder) => {
      await Deno.mkdir(folderOf(folder));
      return await runsMount(folder) +
        `[[paths.mounts]]\nhost = ${JSON.stringify(folderOf(folder))}\ncontainer = "/data"\n`;
    },
  });
  const { world } = lab;
  const shared = folderOf(world.folder);
  await lab.start();
  for (const round of ["first", "second"]) {
    await Deno.rename(shared, `${shared}.away`);
    for (let n = 0; n < 5; n++) await lab.submit(`mount-${round}-${n}`);
    ledger.fault("mounts vanished");
    await until(async () => (await world.obstacle())?.includes(shared) ?? false, "the obstacle");
    await Deno.rename(`${shared}.away`, shared);
    await lab.allEnded();
  }
  await lab.close();
}

/** Calls to the engine that are never answered, by what their request begins with. */
const HUNG = {
  "list": /^GET \/v[\d.]+\/containers\/json/,
  "create": /^POST \/v[\d.]+\/containers\/create/,
  "start": /^POST \/v[\d.]+\/containers\/\w+\/start/,
  "inspect": /^GET \/v[\d.]+\/containers\/[\w-]+\/json/,
  "wait": /^POST \/v[\d.]+\/containers\/\w+\/wait/,
  "logs": /^GET \/v[\d.]+\/containers\/\w+\/logs/,
  "remove": /^DELETE \/v[\d.]+\/containers\//,
  "image": /^GET \/v[\d.]+\/images\//,
} as const;

/** Each kind of call to the engine hangs once, as on a connection that somebody has forgotten. */
export async function hangEngineCalls(ledger: Ledger): Promise<void> {
  const connection = await testEngine();
  const { endpoint } = connection;
  assert.ok(endpoint.kind === "unix");
  const left = new Set(Object.keys(HUNG) as (keyof typeof HUNG)[]);
  let armed = false;
  const swallows = (chunk: Uint8Array) => {
    const words = new TextDecoder().decode(chunk.subarray(0, 300));
    const call = armed && [...left].find((name) => HUNG[name].test(words));
    if (!call) return false;
    left.delete(call);
    ledger.fault(`calls to the engine that hang (${call})`);
    return true;
  };
  await using relay = startRelay(endpoint.path, { swallows });
  const host = `tcp://127.0.0.1:${relay.port}`;
  await using lab = await createLab(ledger, {
    engine: { host, connection },
    settings: { executor: { capacity: 16 } },
  });
  await lab.start();
  armed = true;
  for (let n = 0; n < 10; n++) await lab.submit(`hung-engine-${n}`);
  await lab.allEnded();
  await lab.close();
  await ledger.expect("each kind of call to the engine", () => assert.deepEqual([...left], []));
}
