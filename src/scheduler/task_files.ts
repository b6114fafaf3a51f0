import type { TaskFiles } from "../data_folder/mod.ts";
import { type AttemptSummary, ENDED } from "../journal/mod.ts";
import { diskUsage } from "../workspace/mod.ts";

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
