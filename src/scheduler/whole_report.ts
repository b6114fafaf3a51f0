import type { AttemptRow } from "../journal/mod.ts";
import type { Report } from "../server/mod.ts";
import { fitReport } from "./fit_report.ts";
import type { Parts } from "./parts.ts";
import { withRefused } from "./with_refused.ts";

/** Bytes of a completion, a little below the 1 MiB that every Server takes. */
const MAX_REPORT_BYTES = 1_000_000;

/** The report of an attempt as it is sent: with the ids of its files, and the names of those left out. */
export function wholeReport(
  { id, taskId, report }: AttemptRow,
  { journal, lang }: Pick<Parts, "journal" | "lang">,
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
  return { taskId, ...fitReport({ ...report, output }, room), fileIds };
}
