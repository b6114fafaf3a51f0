import assert from "node:assert/strict";

import { type AttemptChange, openJournal } from "../../src/journal/mod.ts";
import { inFolder, OWNER } from "./in_folder.ts";

const CASES: readonly [
  what: string,
  change: AttemptChange,
  gpus: string[] | null,
  isLease: boolean,
][] = [
  ["one that is being asked for", { state: "accepting" }, ["a"], true],
  ["one with a running container", { state: "running", runId: "c" }, ["a"], true],
  ["one that is being collected", { state: "exited", runId: "c", endedAt: 5 }, ["a"], true],
  ["one of the time without leases, not created yet", { state: "accepted" }, null, false],
  ["one of the time without leases", { state: "running", runId: "c" }, null, true],
  ["a collected one", { state: "collected", runId: "c", endedAt: 5 }, ["a"], false],
  ["a collected one that never had a container", { state: "collected" }, ["a"], false],
  ["a cancelled one whose stop failed", { state: "delivered", runId: "c" }, ["a"], true],
  [
    "a cancelled one whose container is gone",
    { state: "delivered", runId: "c", runRemoved: true },
    ["a"],
    false,
  ],
];

for (const [what, change, gpus, isLease] of CASES) {
  Deno.test(`${what} ${isLease ? "holds its GPUs" : "holds no GPU"}`, () =>
    inFolder((path) => {
      using journal = openJournal(path);
      const task = { taskId: "t", attempt: 1, state: "accepting", task: {}, folder: "t" } as const;
      const { id } = journal.add(OWNER, { ...task, gpus });
      journal.update(id, change);
      assert.deepEqual(journal.leases(), isLease ? [{ taskId: "t", gpus }] : []);
    }));
}

Deno.test("a renewed attempt goes on with the GPUs of the one before", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    const task = { taskId: "t", attempt: 1, state: "accepting", task: {}, folder: "t" } as const;
    const row = journal.add(OWNER, { ...task, gpus: ["a", "b"] });
    assert.deepEqual(journal.renew(row, "t").gpus, ["a", "b"]);
  }));
