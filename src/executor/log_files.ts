import { tailPaths } from "./kept_log.ts";
import { statePath } from "./log_state.ts";

/**
 * The files that hold a task's output so far, in the order in which to read them: the log file, and
 * while a run prints more than the log's first part, the pieces of its end.
 */
export async function logParts(logPath: string): Promise<string[]> {
  return [logPath, ...await tailPaths(logPath)];
}

/** Deletes a task's log with everything beside it. One that is gone is fine. */
export async function removeLog(logPath: string): Promise<void> {
  const state = statePath(logPath);
  for (const path of [...await logParts(logPath), state, `${state}.new`]) {
    await Deno.remove(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
