import fs from "node:fs";
import { isMachineTrouble } from "../util/mod.ts";
import type { Chosen } from "./collector.ts";
import { type Folder, openFolder, READ_FLAGS } from "./folder.ts";

/**
 * Puts on the disk what was chosen of the workspace, with every folder on its way, so that a power
 * cut after this takes nothing of it. Not on Windows, which syncs no file that is open for reading.
 *
 * What cannot be synced for another reason than the machine's trouble (a file that was replaced, a folder
 * that may not be listed, a file system without fsync) is passed over: sending looks at each file again.
 *
 * @throws with the system's code, and the signal's reason
 */
export async function syncChosen(
  root: Folder,
  chosen: readonly Chosen[],
  signal?: AbortSignal,
): Promise<void> {
  if (Deno.build.os === "windows") return;
  const synced = new Set<string>();
  for (const { source } of chosen) {
    signal?.throwIfAborted();
    if (source.kind === "workspace") {
      await syncFile(root, source.path.split("/"), synced).catch(passOver);
    }
  }
}

function passOver(error: unknown): void {
  if (isMachineTrouble(error)) throw error;
}

async function syncFile(root: Folder, parts: string[], synced: Set<string>): Promise<void> {
  const name = parts.pop()!;
  const opened: Folder[] = [];
  try {
    let folder = root;
    for (const [index, part] of ["", ...parts].entries()) {
      if (part !== "") opened.push(folder = openFolder(folder, part));
      const path = parts.slice(0, index).join("/");
      if (!synced.has(path)) {
        // Whoever may pass through a folder need not be allowed to open it.
        await sync(folder.access).catch(passOver);
      }
      synced.add(path);
    }
    await sync(folder.at(name), READ_FLAGS);
  } finally {
    for (const folder of opened) folder[Symbol.dispose]();
  }
}

async function sync(path: string, flags = fs.constants.O_RDONLY): Promise<void> {
  const fd = fs.openSync(path, flags);
  try {
    await new Promise<void>((resolve, reject) => {
      fs.fsync(fd, (error) => error ? reject(error) : resolve());
    });
  } finally {
    fs.closeSync(fd);
  }
}
