import { join } from "@std/path";

import { imageText, type Lang } from "../../i18n/mod.ts";
import type { Collection, OutputFile } from "../../workspace/mod.ts";
import type { App } from "../app.ts";
import { shownBytes } from "../terminal/shown_bytes.ts";
import { table } from "../terminal/table.ts";
import type { TryEnd } from "./run_to_end.ts";

/** What came of a try. */
export interface TryResult extends TryEnd {
  readonly taskId: string;
  readonly image: string;
  readonly collection: Collection;
  /** The end of what the program said, for a failure's message. */
  readonly lastWords: string;
  readonly workspace: string;
  readonly log: string;
  readonly spill: string;
  /** The container, if it was kept. */
  readonly container?: string;
  /** The name that `run` uses, which the image has now. */
  readonly promoted?: string;
  /** The same name, where the image was built and has it not. */
  readonly unpromoted?: string;
}

/** Of a failed program's last words so many characters are shown again. */
const LAST_WORDS = 2_000;

/** Shows the result to a person. */
export function showResult(app: App, result: TryResult): void {
  const { problem, exitCode, seconds, memoryPeak, collection } = result;
  const unknown = app.t(imageText.tryUnknown);
  app.print("");
  app.print(problem ? imageText.tryFailed({ reason: problem }) : imageText.tryCompleted);
  if (problem && result.lastWords !== "") {
    for (const line of result.lastWords.slice(-LAST_WORDS).split("\n")) app.print(`  │ ${line}`);
  }
  app.print(imageText.tryFacts({
    exitCode: exitCode === undefined ? unknown : String(exitCode),
    seconds: seconds.toFixed(1),
    memory: memoryPeak === undefined ? app.t(imageText.tryTooShort) : shownBytes(memoryPeak),
  }));
  app.print("");
  showFiles(app, collection);
  showLeftOut(app, collection);
  app.print("");
  app.print(imageText.tryWhere(result));
  if (result.container) app.print(imageText.tryKept({ container: result.container }));
  if (result.promoted) app.print(imageText.tryPromoted({ image: result.promoted }));
  if (result.unpromoted) app.print(imageText.tryNotPromoted({ image: result.unpromoted }));
}

function showFiles(app: App, { files, renamed, totals }: Collection): void {
  if (files.length === 0) return app.print(imageText.tryNoFiles);
  app.print(imageText.tryFiles({ count: files.length, bytes: shownBytes(totals.bytes) }));
  const rows = files.map(({ name, size, contains }) => {
    const inside = contains === undefined ? "" : app.t(imageText.tryContains({ count: contains }));
    return [shownBytes(size), name, inside];
  });
  for (const line of table(rows, { indent: 2 })) app.print(line);
  for (const { name, sentAs } of renamed) app.print(imageText.trySentAs({ name, sentAs }));
}

function showLeftOut(app: App, { skipped, skippedMore }: Collection): void {
  if (skipped.length === 0) return;
  app.print(imageText.trySkipped);
  const rows = skipped.map(({ name, reason }) => [name, app.t(reason)]);
  for (const line of table(rows, { indent: 2 })) app.print(line);
  for (const { count, reason } of skippedMore) app.print(imageText.tryMore({ count, reason }));
}

/** The result for programs. Sizes are bytes; absent things are null. */
export function asJson(result: TryResult, lang: Lang): Record<string, unknown> {
  const { collection: { files, skipped, skippedMore, renamed, totals } } = result;
  return {
    task_id: result.taskId,
    image: result.image,
    status: result.problem ? "failed" : "completed",
    problem: result.problem?.[lang] ?? null,
    last_words: result.problem ? result.lastWords : null,
    exit_code: result.exitCode ?? null,
    seconds: Number(result.seconds.toFixed(3)),
    memory_peak: result.memoryPeak ?? null,
    files: files.map((file) => ({
      name: file.name,
      size: file.size,
      mime_type: file.mimeType ?? null,
      path: pathOf(file, result),
    })),
    skipped_files: skipped.map(({ name, reason }) => ({ name, reason: reason[lang] })),
    skipped_more: skippedMore.map(({ count, reason }) => ({ count, reason: reason[lang] })),
    renamed_files: renamed.map(({ name, sentAs }) => ({ name, sent_as: sentAs })),
    total: { files: totals.files, bytes: totals.bytes },
    workspace: result.workspace,
    log: result.log,
    container: result.container ?? null,
    promoted: result.promoted ?? null,
  };
}

function pathOf({ source }: OutputFile, { workspace, spill }: TryResult): string {
  return source.kind === "workspace"
    ? join(workspace, ...source.path.split("/"))
    : join(spill, source.file);
}
