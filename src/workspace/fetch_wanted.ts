import { type ArchiveWants, outerPaths, type Want } from "./archive_wants.ts";
import type { CollectBudget } from "./collect_budget.ts";
import type { Collector } from "./collector.ts";
import { IN_CONTAINER, type OutputRule } from "./output_rules.ts";
import { ArchiveBroken, type ArchiveEntry, ArchiveTooLarge, readArchive } from "./read_archive.ts";
import type { SkipList } from "./skip_list.ts";
import type { CollectOptions, SkipKind } from "./types.ts";

/** What {@linkcode fetchWanted} works with. */
export interface FetchOptions {
  readonly archive: NonNullable<CollectOptions["archive"]>;
  readonly wants: ArchiveWants;
  readonly rule: OutputRule;
  readonly skips: SkipList;
  readonly collector: Collector;
  readonly budget: CollectBudget;
  readonly breathe: () => Promise<void> | undefined;
}

/**
 * Gets from the stopped container what the agent may not read itself or whose name it cannot say.
 * What is not to be had there either, or not within the budget, is named as left out. The list of wants
 * is empty afterwards.
 *
 * @throws what `archive` or its stream fails with
 */
export async function fetchWanted(options: FetchOptions): Promise<void> {
  const { wants, skips } = options;
  for (const root of wants.roots()) {
    try {
      await fetchRoot(root, options);
    } catch (error) {
      if (error instanceof ArchiveTooLarge) {
        giveUp(options, root, "read_size");
        continue;
      }
      if (!(error instanceof ArchiveBroken)) throw error;
      skips.skip(root, "read_error", { cause: error.message, isFolder: true });
    }
    for (const { path, why, cause, isFolder, seen } of wants.take(root)) {
      if (!seen) skips.skip(path, why, { cause, isFolder });
    }
  }
}

/** Names what is, or may be, still missing at and below a path, and wants it no more. */
export function giveUp(
  { wants, skips }: Pick<FetchOptions, "wants" | "skips">,
  root: string,
  why: SkipKind,
): void {
  for (const { path, isFolder, seen } of wants.take(root)) {
    if (isFolder || !seen) skips.skip(path, why, { isFolder });
  }
}

async function fetchRoot(root: string, options: FetchOptions): Promise<void> {
  const { archive, wants, budget, breathe } = options;
  const path = root === "" ? IN_CONTAINER : `${IN_CONTAINER}/${root}`;
  const ending = new AbortController();
  const all = wants.below(root);
  let open = all.every(isOneEntry) ? all.length : Infinity;
  try {
    const tar = await archive(path, AbortSignal.any([budget.signal, ending.signal]));
    for await (const entry of readArchive(tar, root, budget)) {
      await breathe();
      const want = wants.match(entry.path);
      if (want === undefined) continue;
      if (!want.seen) open--;
      want.seen = true;
      await answer(entry, options);
      if (open === 0) return;
    }
  } finally {
    // What comes after is wanted by nobody: the call is broken off, since reading it can take hours.
    ending.abort();
  }
}

/** A name that is not UTF-8 can stand for several entries, a folder does. */
function isOneEntry({ isFolder, why }: Want): boolean {
  return !isFolder && why !== "bad_name";
}

async function answer(entry: ArchiveEntry, options: FetchOptions): Promise<void> {
  const { rule, skips, collector } = options;
  if (entry.path === "") return;
  const outer = outerPaths(entry.path).filter((path) => path !== "");
  if (outer.some((path) => rule(path, "folder") !== "take")) return;
  const verdict = rule(entry.path, entry.kind);
  if (verdict === "ignore") return;
  if (verdict !== "take") return skips.skip(entry.path, verdict);
  if (entry.kind === "file") await collector.takeEntry(entry);
}
