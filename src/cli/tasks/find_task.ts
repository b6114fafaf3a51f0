import { journalPath } from "../../data_folder/mod.ts";
import { Failure, tasksText } from "../../i18n/mod.ts";
import { type AttemptRow, type Journal, readJournal } from "../../journal/mod.ts";
import { infoIfThere } from "../there.ts";

/** The journal of a data folder, only to be read; undefined where no agent ever ran. */
export async function openIfThere(dataDir: string): Promise<Journal | undefined> {
  const path = journalPath(dataDir);
  return await infoIfThere(path) ? readJournal(path) : undefined;
}

/** As {@linkcode findTask}, in the journal of a data folder. */
export async function findTaskIn(dataDir: string, start: string): Promise<AttemptRow> {
  using journal = await openIfThere(dataDir);
  return findTask(journal, start);
}

/**
 * The newest attempt at the task that is meant by an id or by the beginning of one.
 *
 * @throws {Failure} when there is no such task, or more than one whose id begins so.
 */
export function findTask(journal: Journal | undefined, start: string): AttemptRow {
  const found = journal?.history.find(start) ?? [];
  if (found.length === 1) return found[0];
  if (found.length === 0) throw new Failure(tasksText.unknown({ taskId: start }));
  const ids = found.slice(0, 5).map((row) => row.taskId).join(", ");
  throw new Failure(tasksText.ambiguous({ start, ids }));
}
