import assert from "node:assert/strict";
import { fuzzNames } from "../fuzz/names_fuzz.ts";

Deno.test("a stranger's names lead nowhere, stay apart, and can be sent", async () => {
  const { kept, changed, collected } = await fuzzNames({ rounds: 500, seed: 20260303 });
  assert.equal(kept + changed, 500);
  assert.ok(kept > 20 && changed > 100 && collected > 30, `${kept} ${changed} ${collected}`);
});
