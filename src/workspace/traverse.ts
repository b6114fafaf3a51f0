import fs, { type BigIntStats } from "node:fs";
import { errorCode, isMachineTrouble } from "../util/mod.ts";
import { createBreather } from "./breathe.ts";
import { type Folder, iterate, openFolder } from "./folder.ts";

/** How {@linkcode traverse} goes. */
export interface TraverseOptions {
  /** Entries that are looked at. */
  readonly maxEntries: number;
  /** Folders below each other that are entered. */
  readonly maxDepth: number;
  /** Whether trouble of the machine fails it. @default {false} */
  readonly needsAll?: boolean;
  readonly signal?: AbortSignal;
  /** Called with every entry, folders included, as it is itself: no link is followed. */
  readonly onStat: (stat: BigIntStats) => void;
}

/**
 * Looks at everything below a folder, in the system's own order and with next to no memory. Another
 * file system below it is not entered.
 *
 * @returns whether everything was seen: false after a bound, or where something could not be read.
 */
export async function traverse(root: Folder, options: TraverseOptions): Promise<boolean> {
  const { maxEntries, maxDepth, onStat, signal } = options;
  const breathe = createBreather(signal);
  const frames = [{ folder: root, entries: iterate(root) }];
  let whole = true;
  let looked = 0;
  try {
    while (frames.length > 0) {
      await breathe();
      const { folder, entries } = frames.at(-1)!;
      try {
        const { value: entry, done } = await entries.next();
        if (done) {
          frames.pop();
          if (folder !== root) folder[Symbol.dispose]();
          continue;
        }
        if (++looked > maxEntries) return false;
        const stat = fs.lstatSync(folder.at(entry.name), { bigint: true });
        onStat(stat);
        if (!stat.isDirectory() || stat.dev !== root.id.dev) continue;
        if (frames.length > maxDepth) whole = false;
        else {
          const below = openFolder(folder, entry.name);
          frames.push({ folder: below, entries: iterate(below) });
        }
      } catch (error) {
        if (errorCode(error) === undefined) throw error;
        if (options.needsAll && isMachineTrouble(error)) throw error;
        // Gone meanwhile is not missing; a folder that cannot be read or a name that cannot be said is.
        if (errorCode(error) !== "ENOENT") whole = false;
      }
    }
    return whole;
  } finally {
    for (const { folder, entries } of frames.reverse()) {
      await entries.return?.();
      if (folder !== root) folder[Symbol.dispose]();
    }
  }
}
