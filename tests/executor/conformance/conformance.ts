import type { Harness } from "./harness.ts";
import { RULES_OF_OUTPUT } from "./rules_of_output.ts";
import { RULES_OF_OWNERSHIP } from "./rules_of_ownership.ts";
import { RULES_OF_RESTARTS } from "./rules_of_restarts.ts";
import { RULES_OF_RUNS } from "./rules_of_runs.ts";

const RULES = [
  ...RULES_OF_RUNS,
  ...RULES_OF_OWNERSHIP,
  ...RULES_OF_OUTPUT,
  ...RULES_OF_RESTARTS,
];

/** Everything that an engine must do for the scheduler. */
export function testConformance(harness: Harness): void {
  for (const rule of RULES) {
    if (rule.ifRuns !== undefined && rule.ifRuns !== harness.runs) continue;
    Deno.test(`${harness.name}: ${rule.name}`, () => harness.with(rule));
  }
}
