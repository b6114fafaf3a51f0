import { basename } from "@std/path";

import { folderName, taskPaths } from "../data_folder/mod.ts";
import { schedulerText, type Text, textOf } from "../i18n/mod.ts";
import type { FoundRun } from "../executor/mod.ts";
import { type AttemptRow, isOwnedBy } from "../journal/mod.ts";
import { retry } from "../util/mod.ts";
import { isMachineTrouble, readTaskSheet, type TaskSheet } from "../workspace/mod.ts";
import type { Deps } from "./deps.ts";
import type { Attempt } from "./task/attempt.ts";
import { bounded } from "./bounded.ts";
import { refusalReport } from "./task/report.ts";

/** How long after a failure of the engine or of the journal the next try comes, milliseconds. */
const AGAIN_MS = 5_000;

/**
 * Lays the engine's runs beside the journal. One that the journal does not know (its folder was lost,
 * or an aborted create took effect late) is adopted from its labels and its task.json. Where that is
 * impossible its task is reported as failed: the Server has it as running, and nobody else would ever
 * end it. Runs of ended attempts are removed. Waits for the engine if it is away.
 *
 * @throws the signal's reason
 */
export async function adoptStrays(
  deps: Deps,
  attempts: ReadonlyMap<string, Attempt>,
  go: (row: AttemptRow) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, executor, log } = deps;
  // An engine that is away is said by the scheduler's own look at it.
  const strays = await retry(() => bounded((s) => executor.list(s), { clock, signal }), {
    signal,
    wait: () => clock.sleep(AGAIN_MS, signal),
  });
  for (const stray of strays) {
    const adopt = async () => {
      if (attempts.has(stray.taskId)) return;
      const row = await settle(deps, stray, signal);
      if (row) go(row);
    };
    // What cannot be read or written down now must neither run again nor be removed unsaid.
    const wait = (error: unknown) => {
      log.warn(textOf(error), { task: stray.taskId });
      return clock.sleep(AGAIN_MS, signal);
    };
    await retry(adopt, { signal, wait });
  }
}

/** Decides about one run; its row, where there is still something to do. */
async function settle(
  deps: Deps,
  stray: FoundRun,
  signal: AbortSignal,
): Promise<AttemptRow | undefined> {
  const { clock, executor, journal, log, owner } = deps;
  const { taskId, runId } = stray;
  const fields = { task: taskId, container: runId.slice(0, 12) };
  // Another owner's, made by a version that did not say so on it.
  if (journal.elsewhere(owner, taskId)) return undefined;
  const known = journal.latest(owner, taskId);
  // A journal that was put back from a copy can lack the attempt that is running.
  if (known && known.attempt >= stray.attempt) {
    log.warn(schedulerText.orphanRemoved({ reason: schedulerText.endedAlready }), fields);
    await bounded((s) => executor.remove(runId, s), { clock, signal }).catch(() => {});
    return undefined;
  }
  const sheet = await sheetOf(deps, stray);
  if ("unreadable" in sheet) {
    const problem = schedulerText.folderLost({ reason: sheet.unreadable });
    const row = abandonStray(deps, stray, problem);
    log.warn(schedulerText.orphanFailed({ reason: problem }), fields);
    return row;
  }
  const row = adopt(deps, stray, sheet);
  log.warn(schedulerText.adopted, fields);
  return row;
}

function folderOf(stray: FoundRun): string {
  return basename(stray.workspace);
}

/** The task of a run, or why its folder does not tell. Throws what is the machine's own trouble, and may pass. */
async function sheetOf(
  { config }: Deps,
  stray: FoundRun,
): Promise<TaskSheet | { readonly unreadable: Text }> {
  const dir = taskPaths(config.paths.dataDir, folderOf(stray)).workspace;
  try {
    const task = await readTaskSheet(dir);
    if (task.id === stray.taskId) return task;
    return { unreadable: schedulerText.otherTask({ dir, id: task.id }) };
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    return { unreadable: textOf(error) };
  }
}

function adopt({ journal, owner }: Deps, stray: FoundRun, task: TaskSheet): AttemptRow {
  return journal.addFound(owner, {
    taskId: stray.taskId,
    attempt: stray.attempt,
    state: "created",
    task: {
      id: task.id,
      task_prompt: task.taskPrompt,
      output_prompt: task.outputPrompt,
      session_id: task.sessionId,
      input_files: task.inputFiles.map((file) => ({
        id: file.id,
        filename: file.filename,
        mime_type: file.mimeType,
        size_bytes: file.sizeBytes,
      })),
    },
    folder: folderOf(stray),
    gpus: stray.gpus,
  }, { runId: stray.runId });
}

/** Its end is written down and goes the way of every report; the janitor removes what has a row. */
function abandonStray(
  { journal, owner, lang }: Deps,
  { taskId, attempt, runId, gpus }: FoundRun,
  problem: Text,
): AttemptRow {
  return journal.addFound(
    owner,
    { taskId, attempt, state: "collected", task: { id: taskId }, folder: folderName(taskId), gpus },
    { runId, problem, report: refusalReport(problem, lang) },
  );
}

/**
 * Rows of another Server or service are kept and left alone; their owner should know. Those of the same
 * service at another address are most likely of the same Server by another name: they can be moved.
 */
export function othersUnderWay({ journal, owner }: Deps): Text | undefined {
  const others = journal.listOpen().filter((row) => !isOwnedBy(row, owner));
  const sameService = others.filter(({ serviceId }) => serviceId === owner.serviceId);
  const [first] = sameService;
  if (first) {
    const { length: count } = sameService.filter(({ baseUrl }) => baseUrl === first.baseUrl);
    return schedulerText.otherAddress({ count, baseUrl: first.baseUrl });
  }
  return others[0] && schedulerText.otherOwner({ count: others.length, ...others[0] });
}
