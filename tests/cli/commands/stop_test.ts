import assert from "node:assert/strict";

import { parseTime } from "../../../src/cli/commands/stop.ts";

Deno.test("lengths of time", () => {
  assert.equal(parseTime("90"), 90_000);
  assert.equal(parseTime("90s"), 90_000);
  assert.equal(parseTime("30m"), 1_800_000);
  assert.equal(parseTime("1.5h"), 5_400_000);
  for (const bad of ["", "h", "-1", "1d", "1 2", "1e9", "∞"]) {
    assert.equal(parseTime(bad), undefined, bad);
  }
});
