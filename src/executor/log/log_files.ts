import { tailPaths } from "./kept_log.ts";

/**
 * The files that hold a task's output so far, in the order in which to read them: the log file, and
 * while a run prints more than the log's first part, the pieces of its end.
 */
export async function logParts(logPath: string): Promise<string[]> {
  return [logPath, ...await tailPaths(logPath)];
}
