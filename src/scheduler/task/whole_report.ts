import type { AttemptRow } from "../../journal/mod.ts";
import type { Report } from "../../server/mod.ts";
import { fitReport } from "./fit_report.ts";
import type { Deps } from "../deps.ts";
import { withRefused } from "./with_refused.ts";

/** Bytes of a completion, a little below the 1 MiB that every Server takes. */
const MAX_REPORT_BYTES = 1_000_000;

/**
 * The report of an attempt as it is sent: with the ids of its files, and the names of those left out. Secrets
 * are concealed in all of it but the names of the files that are sent, which are what they are.
 */
export function wholeReport(
  { id, taskId, report }: AttemptRow,
  { journal, lang, conceal = String }: Pick<Deps, "journal" | "lang" | "conceal">,
): Report {
  if (!report) throw new Error(`attempt ${id} has no report`);
  const files = report.status === "cancelled" ? [] : journal.files(id);
  const refused = files.flatMap(({ name, leftOut }) =>
    leftOut ? [{ name, reason: leftOut[lang] }] : []
  );
  const fileIds = files.flatMap(({ fileId }) => fileId ?? []);
  const output = report.output && withRefused(report.output, refused);
  // The ids travel in the same body, and none of them can be left out.
  const room = MAX_REPORT_BYTES - new TextEncoder().encode(JSON.stringify(fileIds)).length;
  const concealed = {
    ...report,
    output: output && { ...concealedIn(output, conceal), files: output.files },
    errorMessage: report.errorMessage && conceal(report.errorMessage),
  };
  return { taskId, ...fitReport(concealed, room), fileIds };
}

function concealedIn<T>(value: T, conceal: (text: string) => string): T {
  if (typeof value === "string") return conceal(value) as T;
  if (Array.isArray(value)) return value.map((item) => concealedIn(item, conceal)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, concealedIn(item, conceal)]);
  return Object.fromEntries(entries) as T;
}
