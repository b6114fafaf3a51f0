import assert from "node:assert/strict";
import { folderName } from "../../src/data_folder/mod.ts";

Deno.test("folderName keeps an ordinary id and hashes every other, each to its own", () => {
  const id = "3f0c0a52-8c1e-4a57-9d5f-1f0f5c7c9a11";
  assert.equal(folderName(id), id);
  assert.equal(folderName("task_1"), "task_1");
  const unfit = [
    "..",
    ".",
    "",
    "/etc",
    "a/b",
    "a\\b",
    "a\0b",
    "a b",
    "con",
    "nul",
    "COM1",
    "lpt9",
    "Task",
    "task.old-1",
    "-x",
    "_x",
    "a".repeat(101),
    "x".repeat(10_000),
    "任务",
    "a\n",
    `_${"0".repeat(40)}`,
  ];
  const hashed = unfit.map(folderName);
  for (const name of hashed) assert.match(name, /^_[0-9a-f]{40}$/);
  assert.equal(new Set(hashed).size, unfit.length);
  assert.equal(folderName("Task"), folderName("Task"));
});
