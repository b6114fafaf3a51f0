import type { StoredReport } from "../../journal/mod.ts";

/** Some Servers take no more than 10 MB, and nobody reads more than this: bytes of JSON. */
const MAX_BYTES = 900_000;

/**
 * Makes a report fit: stdout keeps its end, lists keep their beginning and say how many more there
 * were. A report that fits already is returned as it is.
 */
export function fitReport(report: StoredReport, maxBytes = MAX_BYTES): StoredReport {
  let { output } = report;
  while (output && sizeOf({ ...report, output }) > maxBytes) {
    const next = shrink(output);
    if (!next) return { ...report, output: null };
    output = next;
  }
  return { ...report, output };
}

type Output = Record<string, unknown>;

/** Halves the largest of what may be cut; undefined when nothing is left to cut. */
function shrink(output: Output): Output | undefined {
  const [largest] = Object.entries(output)
    .filter(([, value]) => (typeof value === "string" || Array.isArray(value)) && value.length > 1)
    .sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  if (!largest) return undefined;
  const [key, value] = largest as [string, string | unknown[]];
  const keep = Math.floor(value.length / 2);
  if (typeof value === "string") return { ...output, [key]: value.slice(-keep).toWellFormed() };
  const more = Number(output[`${key}_more`] ?? 0) + value.length - keep;
  return { ...output, [key]: value.slice(0, keep), [`${key}_more`]: more };
}

function sizeOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
