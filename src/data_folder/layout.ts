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

/** Names the daemon's own files in the data folder `dataDir` (an absolute path). */
export function daemonFiles(dataDir: string) {
  return {
    /** Empty; locked while an agent lives. Never removed, nor opened by anything but the lock. */
    lock: join(dataDir, "agent.lock"),
    /** The agent's process number, for people and scripts. */
    pid: join(dataDir, "agent.pid"),
    /** Tells the agent's process from a later one with the same number. */
    holder: join(dataDir, "agent.holder"),
    /** Leads to the control channel and carries the secret of this start. */
    control: join(dataDir, "agent.control"),
    /** The usual place of the control socket. */
    socket: join(dataDir, "agent.sock"),
    /** The number of the process that `agent-core stop` ends by a signal. */
    stop: join(dataDir, "agent.stop"),
    /** Log of an agent in the background. */
    log: join(dataDir, "agent.log"),
  };
}
