import { type ArchiveWants, outerPaths } from "./archive_wants.ts";
import type { Collector } from "./collector.ts";
import { IN_CONTAINER, type OutputRule } from "./output_rules.ts";
import { ArchiveBroken, type ArchiveEntry, readArchive } from "./read_archive.ts";
import type { SkipList } from "./skip_list.ts";
import type { CollectOptions } from "./types.ts";

/** What {@linkcode fetchWanted} works with. */
export interface FetchOptions {
  readonly archive: NonNullable<CollectOptions["archive"]>;
  readonly wants: ArchiveWants;
  readonly rule: OutputRule;
  readonly skips: SkipList;
  readonly collector: Collector;
  readonly breathe: () => Promise<void> | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Gets from the stopped container what the agent may not read itself or whose name it cannot say.
 * What is not to be had there either is named as left out. The list of wants is empty afterwards.
 *
 * @throws what `archive` or its stream fails with
 */
export async function fetchWanted(options: FetchOptions): Promise<void> {
  const { archive, wants, skips, breathe, signal } = options;
  for (const root of wants.roots()) {
    const tar = await archive(root === "" ? IN_CONTAINER : `${IN_CONTAINER}/${root}`, signal);
    try {
      for await (const entry of readArchive(tar, root)) {
        await breathe();
        await answer(entry, options);
      }
    } catch (error) {
      if (!(error instanceof ArchiveBroken)) throw error;
      skips.skip(root, "read_error", { cause: error.message, isFolder: true });
    }
  }
  for (const { path, why, cause, isFolder } of wants.unmet()) {
    skips.skip(path, why, { cause, isFolder });
  }
  wants.clear();
}

async function answer(entry: ArchiveEntry, options: FetchOptions): Promise<void> {
  const { wants, rule, skips, collector } = options;
  const want = wants.match(entry.path);
  if (want === undefined) return;
  want.seen = true;
  if (entry.path === "") return;
  const outer = outerPaths(entry.path).filter((path) => path !== "");
  if (outer.some((path) => rule(path, "folder") !== "take")) return;
  const verdict = rule(entry.path, entry.kind);
  if (verdict === "ignore") return;
  if (verdict !== "take") return skips.skip(entry.path, verdict);
  if (entry.kind === "file") await collector.takeEntry(entry);
}
