import assert from "node:assert/strict";

import type { AttemptRow } from "../../../src/journal/mod.ts";
import { type Outcome, runReport } from "../../../src/scheduler/task/report.ts";
import { testConfig } from "../../executor/helpers.ts";

const LOST = "Failed to initialize NVML: Unknown Error\n";

function outcomeOf(exitCode: number, stderr: string): Outcome {
  return {
    row: { endedBy: "itself", problem: null, exitCode } as AttemptRow,
    tails: { stdout: "", stderr },
    collection: {
      files: [],
      unread: [],
      skipped: [],
      skippedMore: [],
      renamed: [],
      renamedMore: 0,
      totals: { files: 0, bytes: 0, zipped: 0, zipParts: 0 },
    } as unknown as Outcome["collection"],
  };
}

const gpu = { vendor: "nvidia", devices: "all", tasksPerGpu: 1 } as const;
const withGpus = testConfig("/nowhere", { executor: { gpu } });

Deno.test("a task that lost its GPU is told why, and what its node's owner can do", () => {
  const { errorMessage } = runReport(outcomeOf(9, LOST), withGpus, "en");
  assert.match(errorMessage!, /exit code 9.*\n.*systemd on the node has reloaded.*nvidia-ctk cdi/);
  assert.ok(errorMessage!.endsWith(LOST.trim()), errorMessage!);
  assert.match(runReport(outcomeOf(9, LOST), withGpus, "zh").errorMessage!, /systemd 重新加载/);
});

Deno.test("nothing is said of a GPU that was not lost", () => {
  const plain = (config = withGpus, exitCode = 9, words = LOST) =>
    runReport(outcomeOf(exitCode, words), config, "en").errorMessage ?? "";
  assert.doesNotMatch(plain(testConfig("/nowhere")), /systemd/);
  assert.doesNotMatch(plain(withGpus, 9, "no such file"), /systemd/);
  assert.equal(plain(withGpus, 0), "");
});
