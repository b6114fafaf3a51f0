import { join } from "@std/path";

import { TASK_FOLDERS } from "../data_folder/mod.ts";
import { type AttemptSummary, ENDED } from "../journal/mod.ts";
import { namesIn } from "../util/mod.ts";
import { diskUsage } from "../workspace/mod.ts";

/** All that a task has on disk, what earlier attempts left included. */
export interface TaskFiles {
  /** Its workspace, those of earlier attempts, its spill folder. */
  readonly folders: readonly string[];
  /** Its log and what is kept beside that. */
  readonly logs: readonly string[];
}

/** The files of every task below a data folder, by the name of the task's folder; three listings. */
export async function listTaskFiles(dataDir: string): Promise<ReadonlyMap<string, TaskFiles>> {
  const found = new Map<string, { readonly folders: string[]; readonly logs: string[] }>();
  for (const place of TASK_FOLDERS) {
    for (const name of await namesIn(join(dataDir, place))) {
      // `ID`, `ID.old-N`, `ID.log`, `ID.log.state` …: no folder's name has a dot in it.
      const folder = name.split(".", 1)[0];
      const files = found.get(folder) ?? { folders: [], logs: [] };
      found.set(folder, files);
      files[place === "logs" ? "logs" : "folders"].push(join(dataDir, place, name));
    }
  }
  return found;
}

/**
 * Whether the files of a task may go: what the Server has, or has refused for good, may; what it never got
 * (an undeliverable result, files that this machine could not read) is its owner's to discard.
 */
export function mayGo(row: AttemptSummary): boolean {
  if (row.discarded) return true;
  if (!ENDED.includes(row.state) || row.state === "undeliverable" || row.state === "in_doubt") {
    return false;
  }
  return row.reportStatus === "cancelled" || !row.owed;
}

/** Bytes on disk of all these. What is gone meanwhile takes nothing. */
export async function sizeOfFiles(
  { folders, logs }: TaskFiles,
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const folder of folders) bytes += (await diskUsage(folder, { signal })).bytes;
  for (const path of logs) {
    const found = await Deno.lstat(path).catch(() => undefined);
    // A file's blocks are of 512 bytes, whatever the disk's are; Windows does not tell them.
    if (found) bytes += found.blocks === null ? found.size : found.blocks * 512;
  }
  return bytes;
}
