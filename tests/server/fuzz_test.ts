import assert from "node:assert/strict";
import { fuzzServer } from "../fuzz/server_fuzz.ts";

Deno.test("damaged answers end in a typed error or a value of the right type", async () => {
  const { rounds, taken, errors } = await fuzzServer({ rounds: 800, seed: 20260701 });
  assert.equal(rounds, 800);
  assert.ok(taken > 10, `${taken} taken`);
  assert.ok(errors.outage > 100, JSON.stringify(errors));
});
