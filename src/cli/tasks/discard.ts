import { acquireLock, isRunning } from "../../daemon/mod.ts";
import { journalPath } from "../../data_folder/mod.ts";
import { Failure, tasksText } from "../../i18n/mod.ts";
import { ENDED, openJournal } from "../../journal/mod.ts";
import type { App } from "../app.ts";
import { dataDirOf, type DataDirOption } from "../load.ts";
import { findTaskIn } from "./find_task.ts";

/**
 * Gives up what the Server did not take of a task, so that its files may go. A task that has ended may
 * be discarded beside a running agent; one whose result is still to be delivered only without.
 *
 * @param task its id, or the beginning of it
 *
 * @throws {Failure} when there is nothing of that task to give up, or not now.
 */
export async function discard(app: App, options: DataDirOption, task: string): Promise<void> {
  const dataDir = await dataDirOf(app, options);
  const row = await findTaskIn(dataDir, task);
  const { taskId } = row;
  const path = journalPath(dataDir);
  if (ENDED.includes(row.state)) {
    using journal = openJournal(path);
    if (!journal.history.unsettled().some(({ id }) => id === row.id)) {
      throw new Failure(tasksText.nothingToDiscard({ taskId }));
    }
    journal.history.discard(row.id);
  } else {
    if (row.report === null) throw new Failure(tasksText.notEnded({ taskId }));
    if (await isRunning(dataDir)) throw new Failure(tasksText.stillDelivering({ taskId }));
    await using _lock = await acquireLock(dataDir);
    using journal = openJournal(path);
    journal.update(row.id, { state: "undeliverable", discarded: true });
  }
  const running = await isRunning(dataDir);
  app.print(running ? tasksText.discardedNow({ taskId }) : tasksText.discardedLater({ taskId }));
}
