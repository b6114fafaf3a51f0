import type { Config } from "../../config/mod.ts";
import type { ExitedRun } from "../../executor/mod.ts";
import { joinTexts, type Lang, schedulerText, type Text } from "../../i18n/mod.ts";
import type { AttemptRow, StoredReport } from "../../journal/mod.ts";
import type { Collection } from "../../workspace/mod.ts";
import { fitReport } from "./fit_report.ts";

/** The longest error message that is sent, in characters. */
const MAX_MESSAGE = 1_900;

/** What is known of a run that has ended. */
export interface Outcome {
  readonly row: AttemptRow;
  readonly tails: { readonly stdout: string; readonly stderr: string };
  readonly collection: Collection;
}

/** The report of a run that has ended, as it will be sent. */
export function runReport(outcome: Outcome, config: Config, lang: Lang): StoredReport {
  const { tails, row, collection } = outcome;
  const problem = withLostGpu(problemOf(row, config), outcome, config);
  return fitReport({
    status: problem ? "failed" : "completed",
    output: {
      files: collection.files.map((file) => file.name),
      stdout: tails.stdout,
      ...leftOut(collection, lang),
    },
    errorMessage: problem ? withLastWords(problem[lang], outcome) : null,
  });
}

/** The report of a task that never ran. */
export function refusalReport(problem: Text, lang: Lang): StoredReport {
  return { status: "failed", output: null, errorMessage: shorten(problem[lang]) };
}

/** The report of a task that its user cancelled, or that the agent's owner stopped. */
export function cancelReport(stdout: string, errorMessage: string | null): StoredReport {
  return { status: "cancelled", output: { files: [], stdout }, errorMessage };
}

/** What an end says about itself besides its exit code; undefined where that says it all. */
export function endProblem(
  { exitCode, failedToStart, oomKilled, isDoubtful }: ExitedRun,
): Text | undefined {
  if (failedToStart) return schedulerText.cannotRun({ reason: failedToStart });
  if (oomKilled && exitCode !== 0) return schedulerText.outOfMemory({ exitCode });
  return isDoubtful ? schedulerText.doubtfulEnd({ exitCode }) : undefined;
}

/** Why what a run has come to is a failure; undefined where it is none. */
export function problemOf(
  { endedBy, problem, exitCode }: Pick<AttemptRow, "endedBy" | "problem" | "exitCode">,
  config: Config,
): Text | undefined {
  switch (endedBy) {
    case "timeout":
      // The limit that it had: the configuration may have been changed since.
      return problem ?? schedulerText.timedOut({ minutes: config.executor.timeoutMinutes });
    case "disk":
      return schedulerText.stoppedForDisk;
    case "lost":
      return schedulerText.lostTwice;
    case "cancel":
      return schedulerText.stoppedByOwner;
  }
  if (problem) return problem;
  if (exitCode === 0) return undefined;
  return schedulerText.exitCode({ exitCode: exitCode ?? -1 });
}

/** What NVIDIA's programs say in a container that has its GPU no more. */
const NVML_FAILED = /Failed to initialize NVML/;

/** A program that has lost its GPU to the machine says so in words that nobody understands. */
function withLostGpu(
  problem: Text | undefined,
  { tails: { stdout, stderr } }: Outcome,
  { executor: { gpu } }: Config,
): Text | undefined {
  if (!problem || gpu?.vendor !== "nvidia") return problem;
  const hasLostIt = NVML_FAILED.test(stderr) || NVML_FAILED.test(stdout);
  return hasLostIt ? joinTexts([problem, schedulerText.gpuLost]) : problem;
}

/** A program's last words on stderr (or stdout) usually say why it failed. */
function withLastWords(problem: string, { row, tails }: Outcome): string {
  if (row.endedBy !== "itself" || row.problem) return shorten(problem);
  const words = tails.stderr.trim() || tails.stdout.trim();
  const room = MAX_MESSAGE - problem.length - 1;
  return words === "" ? shorten(problem) : `${problem}\n${lastLines(words, room)}`;
}

function lastLines(words: string, room: number): string {
  if (words.length <= room) return words;
  const tail = words.slice(-room + 1).toWellFormed();
  return `…${tail}`;
}

function shorten(words: string): string {
  return words.length <= MAX_MESSAGE ? words : `${words.slice(0, MAX_MESSAGE - 1).toWellFormed()}…`;
}

/** What of the workspace was not sent as it was; absent keys mean that nothing was. */
function leftOut(collection: Collection, lang: Lang): Record<string, unknown> {
  const { skipped, skippedMore, renamed, renamedMore, totals } = collection;
  return {
    ...(skipped.length > 0 && {
      skipped_files: skipped.map(({ name, reason }) => ({ name, reason: reason[lang] })),
    }),
    ...(skippedMore.length > 0 && {
      skipped_more: skippedMore.map(({ reason, count }) => ({ reason: reason[lang], count })),
    }),
    ...(renamed.length > 0 && {
      renamed_files: renamed.map(({ name, sentAs }) => ({ name, sent_as: sentAs })),
    }),
    ...(renamedMore > 0 && { renamed_more: renamedMore }),
    ...(totals.zipped > 0 && {
      zipped: { files: totals.zipped, parts: totals.zipParts },
    }),
  };
}
