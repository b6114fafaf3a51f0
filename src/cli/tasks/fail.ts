import { acquireLock, callControl, NotRunning } from "../../daemon/mod.ts";
import { journalPath } from "../../data_folder/mod.ts";
import { tasksText } from "../../i18n/mod.ts";
import { openJournal } from "../../journal/mod.ts";
import { failInDoubt } from "../../scheduler/mod.ts";
import type { App } from "../app.ts";
import { dataDirOf, type DataDirOption } from "../load.ts";
import { findTaskIn } from "./find_task.ts";

/**
 * Has a task in doubt reported as failed: by the agent that runs on the data folder, else by the next
 * one that is started.
 *
 * @param task its id, or the beginning of it
 * @throws {Failure} when there is no such task in doubt.
 */
export async function fail(app: App, options: DataDirOption, task: string): Promise<void> {
  const dataDir = await dataDirOf(app, options);
  const { taskId } = await findTaskIn(dataDir, task);
  try {
    await callControl({ dataDir, request: { command: "fail", taskId } });
    return app.print(tasksText.failedNow({ taskId }));
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
  }
  await using _lock = await acquireLock(dataDir);
  using journal = openJournal(journalPath(dataDir));
  failInDoubt({ journal, lang: app.lang }, taskId);
  app.print(tasksText.failedLater({ taskId }));
}
