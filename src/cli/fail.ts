import { join } from "@std/path";

import { acquireLock, callControl, NotRunning } from "../daemon/mod.ts";
import { Failure, tasksText } from "../i18n/mod.ts";
import { openJournal } from "../journal/mod.ts";
import { failInDoubt } from "../scheduler/mod.ts";
import type { App } from "./app.ts";
import { dataDirOf, type DataDirOption } from "./load.ts";

/**
 * Has a task in doubt reported as failed: by the agent that runs on the data folder, else by the next
 * one that is started.
 *
 * @throws {Failure} when there is no such task in doubt.
 */
export async function fail(app: App, options: DataDirOption, taskId: string): Promise<void> {
  const dataDir = await dataDirOf(app, options);
  try {
    await callControl({ dataDir, request: { command: "fail", taskId } });
    return app.print(tasksText.failedNow({ taskId }));
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
  }
  const path = join(dataDir, "agent.db");
  if (!await Deno.stat(path).catch(() => undefined)) {
    throw new Failure(tasksText.notInDoubt({ taskId }));
  }
  await using _lock = await acquireLock(dataDir);
  using journal = openJournal(path);
  failInDoubt({ journal, lang: app.lang }, taskId);
  app.print(tasksText.failedLater({ taskId }));
}
