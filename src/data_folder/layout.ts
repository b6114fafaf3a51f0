import { join } from "@std/path";

/** What each task has something in, under the name of its folder. */
export const TASK_FOLDERS = ["workspaces", "spill", "logs"] as const;

/** The folder of all workspaces. */
export function workspacesFolder(dataDir: string): string {
  return join(dataDir, "workspaces");
}

/** The folder of what was unpacked or converted on its way to the Server. */
export function spillFolder(dataDir: string): string {
  return join(dataDir, "spill");
}

/** The folder of all tasks' logs. */
export function logsFolder(dataDir: string): string {
  return join(dataDir, "logs");
}

/** Where a task's things are, whether or not they exist. */
export interface TaskPaths {
  readonly workspace: string;
  readonly spill: string;
  readonly log: string;
}

/** @param folder the name that `folderName` gives to the task */
export function taskPaths(dataDir: string, folder: string): TaskPaths {
  return {
    workspace: join(workspacesFolder(dataDir), folder),
    spill: join(spillFolder(dataDir), folder),
    log: join(logsFolder(dataDir), `${folder}.log`),
  };
}

/** The journal: an SQLite database, with files of SQLite's own beside it. */
export function journalPath(dataDir: string): string {
  return join(dataDir, "agent.db");
}

/** Where `agent-core try` works: a data folder for each try, so that no agent's is touched. */
export function triesFolder(dataDir: string): string {
  return join(dataDir, "try");
}
