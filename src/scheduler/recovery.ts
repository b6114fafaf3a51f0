import { basename, join } from "@std/path";

import { Failure, schedulerText, type Text, textOf } from "../i18n/mod.ts";
import type { FoundRun } from "../executor/mod.ts";
import { type AttemptRow, isOwnedBy } from "../journal/mod.ts";
import { sleep } from "../util/mod.ts";
import { readTaskSheet } from "../workspace/mod.ts";
import type { Parts } from "./parts.ts";
import type { AttemptRun } from "./attempt_run.ts";
import { bounded } from "./bounded.ts";

/**
 * Lays the engine's runs beside the journal. One that the journal does not know (its folder was lost,
 * or an aborted create took effect late) is adopted from its labels and its task.json; where that is
 * impossible it is removed. Runs of ended attempts are removed. Waits for the engine if it is away.
 */
export async function adoptStrays(
  parts: Parts,
  runs: ReadonlyMap<string, AttemptRun>,
  go: (row: AttemptRow) => void,
  signal: AbortSignal,
): Promise<void> {
  const found = await findRuns(parts, signal);
  for (const stray of found ?? []) {
    // A run of another owner's, made by a version that did not say so on it.
    const isTheirs = parts.journal.elsewhere(parts.owner, stray.taskId) !== undefined;
    if (runs.has(stray.taskId) || isTheirs) continue;
    const row = parts.journal.latest(parts.owner, stray.taskId);
    const fields = { task: stray.taskId, container: stray.runId.slice(0, 12) };
    try {
      if (row) throw new Failure(schedulerText.endedAlready);
      go(await adopt(parts, stray));
      parts.log.warn(schedulerText.adopted, fields);
    } catch (error) {
      parts.log.warn(schedulerText.orphanRemoved({ reason: textOf(error) }), fields);
      await bounded((s) => parts.executor.remove(stray.runId, s), signal).catch(() => {});
    }
  }
}

async function findRuns(parts: Parts, signal: AbortSignal): Promise<FoundRun[] | undefined> {
  while (!signal.aborted) {
    try {
      return await bounded((s) => parts.executor.runs(s), signal);
    } catch {
      // An engine that is away is said by the scheduler's own look at it.
      await sleep(5_000, signal).catch(() => {});
    }
  }
  return undefined;
}

async function adopt(parts: Parts, stray: FoundRun): Promise<AttemptRow> {
  const folder = basename(stray.workspace);
  const dir = join(parts.config.paths.dataDir, "workspaces", folder);
  const task = await readTaskSheet(dir);
  if (task.id !== stray.taskId) throw new Failure(schedulerText.otherTask({ dir, id: task.id }));
  const row = parts.journal.add(parts.owner, {
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
    folder,
  });
  return parts.journal.update(row.id, { runId: stray.runId });
}

/**
 * Rows of another Server or service are kept and left alone; their owner should know. Those of the same
 * service at another address are most likely of the same Server by another name: they can be moved.
 */
export function othersUnderWay({ journal, owner }: Parts): Text | undefined {
  const others = journal.open().filter((row) => !isOwnedBy(row, owner));
  const sameService = others.filter(({ serviceId }) => serviceId === owner.serviceId);
  const [first] = sameService;
  if (first) {
    const { length: count } = sameService.filter(({ baseUrl }) => baseUrl === first.baseUrl);
    return schedulerText.otherAddress({ count, baseUrl: first.baseUrl });
  }
  return others[0] && schedulerText.otherOwner({ count: others.length, ...others[0] });
}
