import assert from "node:assert/strict";

import { fitReport } from "../../../src/scheduler/task/fit_report.ts";

const report = (output: Record<string, unknown>) => ({
  status: "completed" as const,
  output,
  errorMessage: null,
});

Deno.test("a report that fits is left as it is", () => {
  const small = report({ files: ["a"], stdout: "b" });
  assert.deepEqual(fitReport(small), small);
});

Deno.test("a report that is too large keeps the end of stdout and the beginning of lists", () => {
  const files = Array.from({ length: 400 }, (_, n) => `${n}-${"字".repeat(1000)}`);
  const stdout = "\x01".repeat(65_535) + "!";
  const { output } = fitReport(report({ files, stdout }), 300_000);
  assert.ok(new TextEncoder().encode(JSON.stringify(output)).length <= 300_000);
  const kept = output!.files as string[];
  assert.equal(kept[0], files[0]);
  assert.equal(output!.files_more, files.length - kept.length);
  assert.ok(String(output!.stdout).endsWith("!"));
});

Deno.test("what cannot be cut is left out", () => {
  const { output } = fitReport(report({ odd: { deep: "x".repeat(5_000) } }), 1_000);
  assert.equal(output, null);
});
