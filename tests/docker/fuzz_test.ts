import assert from "node:assert/strict";
import { fuzzDocker } from "../fuzz/docker_fuzz.ts";

Deno.test("damaged streams and answers are refused, whole ones come out as they went in", async () => {
  const result = await fuzzDocker({ rounds: 300, seed: 20261122 });
  assert.equal(result.rounds, 300);
  for (const [name, count] of Object.entries(result)) assert.ok(count > 0, name);
});
