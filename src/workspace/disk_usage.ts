import { type Folder, openRoot } from "./folder.ts";
import { Failure } from "../i18n/mod.ts";
import { traverse } from "./traverse.ts";
import type { Usage } from "./types.ts";

/** Folders below each other that are looked into; each takes an open handle. */
const MAX_DEPTH = 256;

/**
 * What a folder takes on disk, as `du` counts: blocks, not lengths, and a file with several links by
 * its share. A task may be at work in it. A folder that is gone takes nothing.
 *
 * @param options `maxEntries` bounds the work, by default to a million
 */
export async function diskUsage(
  dir: string,
  { maxEntries = 1_000_000, signal }: {
    readonly maxEntries?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Usage> {
  let root: Folder;
  try {
    root = openRoot(dir);
  } catch (error) {
    signal?.throwIfAborted();
    return { bytes: 0, entries: 0, complete: isAbsent(error) };
  }
  using _ = root;
  let bytes = 0;
  let entries = 0;
  const complete = await traverse(root, {
    maxEntries,
    maxDepth: MAX_DEPTH,
    signal,
    onStat: ({ blocks, size, nlink, mode }) => {
      entries++;
      const isFolder = (Number(mode) & 0o170000) === 0o040000;
      const taken = typeof blocks === "bigint" ? Number(blocks) * 512 : Number(size);
      bytes += isFolder ? taken : taken / Math.max(1, Number(nlink));
    },
  });
  return { bytes: Math.round(bytes), entries, complete };
}

function isAbsent(error: unknown): boolean {
  return error instanceof Failure && error.cause !== undefined;
}
