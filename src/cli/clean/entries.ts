import { basename } from "@std/path";

import { isBrokenOff } from "../../data_folder/mod.ts";

/** What agent-core makes in a data folder, but for its lock and the tries. */
const OWN =
  /^(?:workspaces|logs|spill|reserve|agent\.(?:id|control|sock|stop|log(?:\.\d+)?|db(?:-wal|-shm|\.new)?)|\.start-check-.*|\.agent-core-doctor-.*)$/;

/** Whether an entry of a data folder is one that agent-core has made and that may go under its lock. */
export function isOwnEntry(name: string): boolean {
  return OWN.test(name) || isBrokenOff(name);
}

/** By these a data folder is known as one, and its containers as its own: they go last. */
export function isRecord(path: string): boolean {
  return /^agent\.(?:id|db)/.test(basename(path));
}

/** Whether there is a folder; a link to one is none. */
export async function isFolder(path: string): Promise<boolean> {
  return (await Deno.lstat(path).catch(() => undefined))?.isDirectory ?? false;
}
