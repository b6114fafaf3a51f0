import assert from "node:assert/strict";

import { packageFlags } from "../support/packages.ts";
import { KEPT_SEEDS } from "./kept_seeds.ts";

/** What a process of the simulation tells of each seed. */
interface Told {
  readonly seed: number;
  readonly mark: string;
  readonly count: number;
  readonly violation?: string;
}

/** Plays seeds in a process of its own: the simulation takes the machine's place in the whole process. */
async function simulated(...args: readonly string[]): Promise<Told[]> {
  const program = new URL("./simulate.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", ...packageFlags(), program, ...args],
  }).output();
  const words = new TextDecoder().decode(stderr);
  assert.equal(code, 0, words);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("two runs of one seed take the same decisions, whatever the process did before", async () => {
  const [alone, after] = await Promise.all([
    simulated("--from", "12", "--seeds", "1"),
    simulated("--from", "10", "--seeds", "3"),
  ]);
  assert.equal(alone[0].seed, 12);
  assert.equal(after[2].seed, 12);
  assert.ok(alone[0].count > 0);
  assert.equal(alone[0].mark, after[2].mark);
  assert.notEqual(after[1].mark, after[2].mark);
});

Deno.test("every seed that has found a fault finds none any more", async (t) => {
  for (const { seed, found } of KEPT_SEEDS) {
    await t.step(`${seed}: ${found}`, async () => {
      const [told] = await simulated("--from", String(seed), "--seeds", "1");
      assert.equal(told.violation, undefined);
    });
  }
});
