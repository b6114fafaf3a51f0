import type { Executor } from "../../executor/mod.ts";
import { type Text, textOf } from "../../i18n/mod.ts";
import { sizeOfFiles } from "../../scheduler/mod.ts";
import { isFolder } from "../there.ts";
import { removeWhole } from "../try/try_folder.ts";
import { UNABORTED } from "./tools.ts";

/** What is to be removed. */
export interface Removals {
  readonly paths: readonly string[];
  /** What goes only once everything else is gone. */
  readonly lastPaths: readonly string[];
  readonly runIds: readonly string[];
  /** Removes containers, and by one of them what belongs to a container's user; undefined without an engine. */
  readonly executor: Executor | undefined;
}

/** What came of it. */
export interface Removed {
  readonly paths: readonly string[];
  readonly runIds: readonly string[];
  /** What the removed files took on disk. */
  readonly bytes: number;
  /** What is still there, and why. */
  readonly obstacles: readonly { readonly what: string; readonly why: Text }[];
}

/** Bytes on disk of folders and files. No link is followed. */
export async function sizeOf(path: string): Promise<number> {
  const files = await isFolder(path)
    ? { folders: [path], logs: [] }
    : { folders: [], logs: [path] };
  return await sizeOfFiles(files, UNABORTED);
}

/** Removes containers first, then folders and files; what fails does not keep the rest from being removed. */
export async function removeAll(
  { paths, lastPaths, runIds, executor }: Removals,
): Promise<Removed> {
  const obstacles: { what: string; why: Text }[] = [];
  const gone = { paths: [] as string[], runIds: [] as string[] };
  for (const runId of runIds) {
    try {
      await executor?.remove(runId);
      gone.runIds.push(runId);
    } catch (error) {
      obstacles.push({ what: runId.slice(0, 12), why: textOf(error) });
    }
  }
  let bytes = 0;
  const remove = async (path: string) => {
    const size = await sizeOf(path);
    const why = await removeWhole(path, executor);
    if (why) obstacles.push({ what: path, why });
    else {
      gone.paths.push(path);
      bytes += size;
    }
  };
  for (const path of paths) await remove(path);
  for (const path of lastPaths) if (obstacles.length === 0) await remove(path);
  return { ...gone, bytes, obstacles };
}
