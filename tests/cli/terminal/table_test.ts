import assert from "node:assert/strict";

import { table } from "../../../src/cli/terminal/table.ts";

Deno.test("columns are aligned by what a terminal shows", () => {
  assert.deepEqual(table([["任务", "状态", "x"], ["t1", "运行中", ""]]), [
    "任务  状态    x",
    "t1    运行中",
  ]);
});
