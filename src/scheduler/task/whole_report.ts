import type { AttemptRow } from "../../journal/mod.ts";
import type { Report } from "../../server/mod.ts";
import { fitReport } from "./fit_report.ts";
import type { Deps } from "../deps.ts";

/** Bytes of a completion, a little below the 1 MiB that every Server takes. */
const MAX_REPORT_BYTES = 1_000_000;
/** Names of files left out that a report holds; of the others it says how many there were. */
const MAX_NAMED = 200;

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

interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** A report's output in which files that the Server refused stand beside those left out before. */
export function withRefused(
  output: Readonly<Record<string, unknown>>,
  refused: readonly LeftOut[],
): Record<string, unknown> {
  if (refused.length === 0) return { ...output };
  const names = new Set(refused.map(({ name }) => name));
  const listed = (key: string) => Array.isArray(output[key]) ? output[key] as unknown[] : [];
  const all = [...refused, ...listed("skipped_files") as LeftOut[]];
  const more = counted(
    listed("skipped_more") as { reason: string; count: number }[],
    all.slice(MAX_NAMED),
  );
  return {
    ...output,
    files: listed("files").filter((name) => !names.has(name as string)),
    skipped_files: all.slice(0, MAX_NAMED),
    ...(more.length > 0 && { skipped_more: more }),
  };
}

function counted(
  before: readonly { readonly reason: string; readonly count: number }[],
  more: readonly LeftOut[],
): { reason: string; count: number }[] {
  const counts = new Map(before.map(({ reason, count }) => [reason, count]));
  for (const { reason } of more) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count }));
}
