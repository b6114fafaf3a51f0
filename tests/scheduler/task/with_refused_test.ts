import assert from "node:assert/strict";

import { withRefused } from "../../../src/scheduler/task/whole_report.ts";

Deno.test("refused files stand first among those left out, and no longer among the files", () => {
  const output = { files: ["a", "b"], stdout: "x", skipped_files: [{ name: "c", reason: "link" }] };
  assert.deepEqual(withRefused(output, [{ name: "b", reason: "large" }]), {
    files: ["a"],
    stdout: "x",
    skipped_files: [{ name: "b", reason: "large" }, { name: "c", reason: "link" }],
  });
  assert.deepEqual(withRefused(output, []), output);
});

Deno.test("beyond 200 names they are counted, none is lost", () => {
  const many = (reason: string, from: number) =>
    Array.from({ length: 150 }, (_, n) => ({ name: `${from + n}`, reason }));
  const output = {
    files: [],
    skipped_files: many("link", 0),
    skipped_more: [{ reason: "link", count: 7 }],
  };
  const { skipped_files, skipped_more } = withRefused(output, many("large", 1000));
  assert.equal((skipped_files as unknown[]).length, 200);
  assert.deepEqual(skipped_more, [{ reason: "link", count: 107 }]);
});
