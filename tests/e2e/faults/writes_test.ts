import assert from "node:assert/strict";

import { nameOfWrite } from "./writes.ts";

Deno.test("a write of the journal is named by what it announces", () => {
  const names = [
    nameOfWrite("add", ["owner", { state: "accepting" }]),
    nameOfWrite("update", [1, { state: "running", startedAt: 1 }]),
    nameOfWrite("update", [1, { state: "reporting" }]),
    nameOfWrite("update", [1, { state: "reporting", completeUnanswered: true }]),
    nameOfWrite("update", [1, { runRemoved: true }]),
    nameOfWrite("update", [1, { knownIds: [] }]),
    nameOfWrite("update", [1, { cancelledAt: 1 }]),
    nameOfWrite("collect", [1, [], { state: "collected" }]),
    nameOfWrite("updateFile", [1, 0, { tried: true }]),
    nameOfWrite("updateFile", [1, 0, { fileId: "f" }]),
    nameOfWrite("updateFile", [1, 0, { fileId: null }]),
    nameOfWrite("renew", [{}, "folder"]),
  ];
  assert.deepEqual(names, [
    "accepting",
    "running",
    "reporting",
    "completing",
    "removed",
    "known",
    "cancelledAt",
    "collected",
    "trying",
    "file",
    "file gone",
    "renew",
  ]);
});
