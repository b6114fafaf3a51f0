import type { Folder, Identity } from "./folder.ts";
import { traverse } from "./traverse.ts";

/** Files with several links that are counted at most; a task that makes more loses the rest. */
const MAX_COUNTED = 200_000;

/**
 * Counts how many of each file's links are in the workspace, whatever folder they are in: package
 * managers and `git clone --local` link files to each other, and those are safe to send. A file with
 * a link somewhere else may be anybody's.
 *
 * @returns the number of links found in the workspace of a file that has more than one link
 */
export async function countLinks(
  root: Folder,
  { maxEntries, maxDepth, needsAll, signal }: {
    readonly maxEntries: number;
    readonly maxDepth: number;
    /** Whether trouble of the machine fails it; otherwise links that cannot be seen do not count. */
    readonly needsAll: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<(file: Identity) => number> {
  const counts = new Map<string, number>();
  await traverse(root, {
    maxEntries,
    maxDepth,
    needsAll,
    signal,
    onStat: (stat) => {
      if (!stat.isFile() || stat.nlink < 2n) return;
      const key = keyOf(stat);
      const count = counts.get(key) ?? 0;
      if (count > 0 || counts.size < MAX_COUNTED) counts.set(key, count + 1);
    },
  });
  return (file) => counts.get(keyOf(file)) ?? 0;
}

function keyOf({ dev, ino }: Identity): string {
  return `${dev}:${ino}`;
}
