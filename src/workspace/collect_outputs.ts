import { causeOf, isDenied, isFull, isMachineTrouble } from "../util/mod.ts";
import { type ArchiveWants, createArchiveWants } from "./archive_wants.ts";
import { createBreather } from "./breathe.ts";
import { type CollectBudget, createCollectBudget } from "./collect_budget.ts";
import { type Collector, createCollector } from "./collector.ts";
import { fetchWanted, giveUp } from "./fetch_wanted.ts";
import { type Folder, type Identity, openRoot } from "./folder.ts";
import type { Refusal } from "./guarded_file.ts";
import { countLinks } from "./hard_links.ts";
import { createOutputRule, type OutputRule } from "./output_rules.ts";
import { removeWorkspace } from "./remove_workspace.ts";
import { keepSpill, prepareSpill } from "./spill_folder.ts";
import { createSkipList, type SkipList } from "./skip_list.ts";
import type { Collection, CollectOptions } from "./types.ts";
import { syncChosen } from "./sync_chosen.ts";
import { RESPONSE, toCollection } from "./to_collection.ts";
import { troubleOf } from "./trouble_of.ts";
import { MachineTrouble } from "./types.ts";
import { createReading } from "./unreadable.ts";
import { type Found, walk } from "./walk.ts";
import { createZipParts, type ZipParts } from "./zip_parts.ts";

/** Bounds that keep a hostile workspace from taking memory or time without end. */
const BOUNDS = {
  /** Entries that are looked at. */
  maxEntries: 1_000_000,
  /** Folders below each other; each takes an open handle. */
  maxDepth: 256,
};
export type CollectBounds = Readonly<typeof BOUNDS> & { readonly partBytes?: number };

interface Work {
  readonly options: CollectOptions;
  readonly bounds: CollectBounds;
  readonly skips: SkipList;
  readonly zip?: ZipParts;
  readonly wants: ArchiveWants;
  readonly collector: Collector;
  readonly budget: CollectBudget;
  readonly breathe: () => Promise<void> | undefined;
  readonly rule: OutputRule;
  /** Undefined when the workspace itself may not be read. */
  readonly root?: Folder;
  readonly seen: { entries: number };
}

class TooMany extends Error {}

/**
 * Finds out what a stopped container left for its user, for sending with `openOutput`: every regular
 * file that counts, `output/response.md` first, then `output/`, then the rest, each in the order of
 * their names; what is beyond `limits.maxFiles` is packed into zip parts in the spill folder.
 *
 * The workspace is taken for hostile. No link is followed, nothing but regular files is opened, and
 * memory stays bounded. Whatever is left out or renamed is named, the rest of it counted. What would
 * take more reading or time than `limits` allow is left out, and decided by sizes where they tell.
 *
 * It can be called again after a crash or an abort; with the same workspace the result is the same.
 *
 * @param bounds for tests
 * @throws {MachineTrouble} when the machine keeps it from reading or writing (`DiskFull`: no room for
 * zip parts or files of the archive): nothing is left out for that unless `leaveOutUnread` says so,
 * call again later
 * @throws {Failure} when the workspace is gone or replaced; and what `archive` fails with, as then
 * files would be missing: call again later, or without `archive`
 */
export async function collectOutputs(
  options: CollectOptions,
  bounds: Partial<CollectBounds> = {},
): Promise<Collection> {
  const all = { ...BOUNDS, ...bounds };
  try {
    return await collectWithSpill(options, all);
  } catch (error) {
    if (!options.leaveOutUnread || !(error instanceof MachineTrouble)) throw error;
    // Not even the spill folder can be written: what needs no copy can be had all the same.
    return await collect({ ...options, archive: undefined }, all);
  }
}

async function collectWithSpill(
  options: CollectOptions,
  bounds: CollectBounds,
): Promise<Collection> {
  const { spill, signal } = options;
  await prepareSpill(spill, signal);
  try {
    const { partBytes } = bounds;
    // A file that is being packed is packed to its end, or its part would be broken.
    using zip = createZipParts({ spill, breathe: createBreather(signal), partBytes });
    return await collect(options, bounds, zip);
  } catch (error) {
    // After an abort nobody waits for this: the next time empties the folder first.
    signal?.throwIfAborted();
    await removeWorkspace(spill, { signal });
    throw troubleOf(error, isFull(error) ? spill : options.dir);
  }
}

async function collect(
  options: CollectOptions,
  bounds: CollectBounds,
  zip?: ZipParts,
): Promise<Collection> {
  const { spill, signal, leaveOutUnread = false } = options;
  const opened = openReadable(options.dir, leaveOutUnread);
  using root = "refused" in opened ? undefined : opened;
  using budget = createCollectBudget(options.limits, options);
  const work = startWork(options, bounds, budget, { root, zip });
  await walkInTime(work, "refused" in opened ? opened : undefined);
  const parts = zip?.finish() ?? [];
  if (zip) await keepSpill(spill);
  const sync = root && syncChosen(root, work.collector.chosen, signal);
  await sync?.catch((error) => {
    if (!leaveOutUnread || !isMachineTrouble(error)) throw error;
  });
  return toCollection(work, parts);
}

function startWork(
  options: CollectOptions,
  bounds: CollectBounds,
  budget: CollectBudget,
  { root, zip }: Pick<Work, "root" | "zip">,
): Work {
  const { limits, spill, archive, leaveOutUnread = false } = options;
  const breathe = createBreather(budget.signal);
  const skips = createSkipList({ ...limits, ...bounds });
  const wants = createArchiveWants();
  let links: Promise<(file: Identity) => number> | undefined;
  const collector = createCollector({
    limits,
    spill,
    zip,
    skips,
    budget,
    reading: createReading(leaveOutUnread),
    wants: archive ? wants : undefined,
    linksInside: async (file) => {
      if (root === undefined) return 0;
      const { signal } = budget;
      links ??= countLinks(root, { ...bounds, needsAll: !leaveOutUnread, signal });
      return (await links)(file);
    },
  });
  const rule = createOutputRule(options.mounts);
  const seen = { entries: 0 };
  return { options, bounds, skips, zip, wants, collector, budget, breathe, rule, root, seen };
}

/** When the time is over, what was taken by then is the result. */
async function walkInTime(work: Work, closed?: Refusal): Promise<void> {
  const { budget, skips, options } = work;
  try {
    await walkAll(work, closed);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!budget.timeOver) throw error;
    giveUp(work, "", "too_slow");
    skips.skip("", "too_slow");
  }
}

/** @param closed why the workspace itself is not open */
async function walkAll(work: Work, closed?: Refusal): Promise<void> {
  const { rule, collector, skips } = work;
  if (closed) {
    leaveOut(work, { path: "", why: closed.refused, cause: closed.cause, isFolder: true });
    return await fetchFor(work, rule);
  }
  let met = false;
  try {
    await walkPart(work, ["output", "response.md"], rule, (path) => {
      return met = path === RESPONSE;
    });
    const output: OutputRule = (path, kind) => {
      return met && path === RESPONSE ? "ignore" : rule(path, kind);
    };
    await walkPart(work, ["output"], output);
    await fetchFor(work, rule);
    const hasResponse = collector.chosen.some(({ path }) => path === RESPONSE);
    const rest: OutputRule = (path, kind) => {
      if (path === "output") return "ignore";
      return path === "response.md" && hasResponse ? "superseded" : rule(path, kind);
    };
    await walkPart(work, [], rest);
    await fetchFor(work, rest);
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
    skips.skip("", "too_many");
    await fetchFor(work, rule);
  }
}

/** @param isMeant leaves out of account what is only on the way to the start */
async function walkPart(
  work: Work,
  start: readonly string[],
  rule: OutputRule,
  isMeant: (path: string) => boolean = () => true,
): Promise<void> {
  const { bounds, breathe, seen, collector, options } = work;
  const found = walk(work.root!, {
    start,
    rule: (path, kind) => {
      if (++seen.entries > bounds.maxEntries) throw new TooMany();
      return rule(path, kind);
    },
    breathe,
    maxDepth: bounds.maxDepth,
    leaveOutUnread: options.leaveOutUnread ?? false,
  });
  for await (const next of found) {
    if (!isMeant(next.path)) continue;
    if (next.kind === "file") await collector.takeFile(next);
    else leaveOut(work, next);
  }
}

/** Names what is left out, unless the engine can be asked for it. */
function leaveOut(
  { wants, skips, options }: Work,
  found: Pick<Found & { kind: "skip" }, "path" | "why" | "cause" | "isFolder">,
): void {
  const { path, why, cause, isFolder } = found;
  if (options.archive && wants.add(found)) return;
  skips.skip(path, why, { cause, isFolder });
}

async function fetchFor(work: Work, rule: OutputRule): Promise<void> {
  const { options: { archive } } = work;
  if (archive) await fetchWanted({ ...work, archive, rule });
}

/** The workspace, or why not: the container's user can take the agent's permissions away. */
function openReadable(dir: string, leaveOutUnread: boolean): Folder | Refusal {
  try {
    return openRoot(dir);
  } catch (error) {
    if (isDenied(error)) return { refused: "unreadable", cause: "" };
    if (!leaveOutUnread || !isMachineTrouble(error)) throw error;
    return { refused: "unread", cause: causeOf(error) };
  }
}
