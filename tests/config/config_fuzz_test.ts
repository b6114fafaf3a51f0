import assert from "node:assert/strict";
import { fuzzConfig } from "../fuzz/config_fuzz.ts";

Deno.test("loadConfig() takes or refuses whatever it is given", async () => {
  const { taken, refused, edited } = await fuzzConfig({ rounds: 600, seed: 20260101 });
  assert.equal(taken + refused, 600);
  assert.ok(taken > 20 && refused > 100 && edited > 20, `${taken} ${refused} ${edited}`);
});
