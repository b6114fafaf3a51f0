import { syncFolder } from "../util/mod.ts";
import { type ArchiveWants, createArchiveWants } from "./archive_wants.ts";
import { createBreather } from "./breathe.ts";
import { type Chosen, type Collector, createCollector } from "./collector.ts";
import { isDenied, isFull } from "./error_code.ts";
import { fetchWanted } from "./fetch_wanted.ts";
import { type Folder, type Identity, openRoot } from "./folder.ts";
import { countLinks } from "./hard_links.ts";
import { createOutputRule, type OutputRule } from "./output_rules.ts";
import { removeWorkspace } from "./remove_workspace.ts";
import { createNameClaims, sendablePath } from "./sendable_name.ts";
import { prepareSpill, removeIfEmpty } from "./spill_folder.ts";
import { createSkipList, type SkipList } from "./skip_list.ts";
import type { Collection, CollectOptions, OutputFile } from "./types.ts";
import { syncChosen } from "./sync_chosen.ts";
import { troubleOf } from "./trouble_of.ts";
import { type Found, walk } from "./walk.ts";
import { createZipParts, type ZipPart, type ZipParts } from "./zip_parts.ts";

/** What a result's best file is called. */
const RESPONSE = "output/response.md";

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
  readonly zip: ZipParts;
  readonly wants: ArchiveWants;
  readonly collector: Collector;
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
 * memory stays bounded. Whatever is left out or renamed is named, the rest of it counted.
 *
 * It can be called again after a crash; with the same workspace the result is the same.
 *
 * @param bounds for tests
 * @throws {MachineTrouble} when the machine keeps it from reading or writing (`DiskFull`: no room for
 * zip parts or files of the archive): nothing is left out for that, call again later
 * @throws {Failure} when the workspace is gone or replaced; and what `archive` fails with, as then
 * files would be missing: call again later, or without `archive`
 */
export async function collectOutputs(
  options: CollectOptions,
  bounds: Partial<CollectBounds> = {},
): Promise<Collection> {
  const { spill, signal } = options;
  await prepareSpill(spill);
  try {
    using root = openReadable(options.dir);
    const work = startWork(options, { ...BOUNDS, ...bounds }, root);
    using zip = work.zip;
    await walkAll(work);
    const parts = zip.finish();
    await syncFolder(spill);
    await removeIfEmpty(spill);
    if (root) await syncChosen(root, work.collector.chosen, signal);
    return finish(work, parts);
  } catch (error) {
    await removeWorkspace(spill);
    signal?.throwIfAborted();
    throw troubleOf(error, isFull(error) ? spill : options.dir);
  }
}

function startWork(options: CollectOptions, bounds: CollectBounds, root?: Folder): Work {
  const { limits, spill, signal, archive } = options;
  const { partBytes } = bounds;
  const breathe = createBreather(signal);
  const skips = createSkipList({ ...limits, ...bounds });
  const zip = createZipParts({ spill, breathe, partBytes });
  const wants = createArchiveWants();
  let links: Promise<(file: Identity) => number> | undefined;
  const collector = createCollector({
    limits,
    spill,
    zip,
    skips,
    wants: archive ? wants : undefined,
    linksInside: async (file) => {
      if (root === undefined) return 0;
      return (await (links ??= countLinks(root, { ...bounds, signal })))(file);
    },
  });
  const rule = createOutputRule(options.mounts);
  const seen = { entries: 0 };
  return { options, bounds, skips, zip, wants, collector, breathe, rule, root, seen };
}

async function walkAll(work: Work): Promise<void> {
  const { rule, collector, skips, root } = work;
  if (root === undefined) {
    leaveOut(work, { path: "", why: "unreadable", cause: "", isFolder: true });
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
  const { bounds, breathe, seen, collector } = work;
  const found = walk(work.root!, {
    start,
    rule: (path, kind) => {
      if (++seen.entries > bounds.maxEntries) throw new TooMany();
      return rule(path, kind);
    },
    breathe,
    maxDepth: bounds.maxDepth,
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
  const isWanted = why === "unreadable" || why === "bad_name";
  if (isWanted && options.archive && wants.add(found)) return;
  skips.skip(path, why, { cause, isFolder });
}

async function fetchFor(work: Work, rule: OutputRule): Promise<void> {
  const { options: { archive, signal }, wants, skips, collector, breathe } = work;
  if (archive) await fetchWanted({ archive, wants, rule, skips, collector, breathe, signal });
}

function finish(work: Work, parts: readonly ZipPart[]): Collection {
  const { collector, skips } = work;
  const claim = createNameClaims();
  const chosen = withoutSuperseded(collector.chosen, skips);
  const alone = chosen.sort(inOrder).map((file): Omit<OutputFile, "position"> => {
    const name = claim(sendablePath(file.sendAs));
    if (name !== file.path) skips.rename(file.path, name);
    return { name, size: file.size, source: file.source };
  });
  const digits = Math.max(2, String(parts.length).length);
  const zipped = parts.map(({ file, size, contains }, index): Omit<OutputFile, "position"> => ({
    name: claim(`more-files-${String(index + 1).padStart(digits, "0")}.zip`),
    size,
    mimeType: "application/zip",
    source: { kind: "spill", file },
    contains,
  }));
  const { total, ...named } = skips.result();
  return {
    files: [...alone, ...zipped].map((file, position) => ({ position, ...file })),
    ...named,
    totals: {
      files: chosen.length + collector.totals.zipped,
      bytes: collector.totals.bytes - sizeOf(collector.chosen) + sizeOf(chosen),
      zipped: collector.totals.zipped,
      zipParts: parts.length,
      skipped: total,
    },
  };
}

function sizeOf(files: readonly Chosen[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Out of an archive of the whole workspace the two may come in either order. */
function withoutSuperseded(chosen: readonly Chosen[], skips: SkipList): Chosen[] {
  const hasBoth = [RESPONSE, "response.md"].every((name) =>
    chosen.some(({ path }) => path === name)
  );
  if (!hasBoth) return [...chosen];
  skips.skip("response.md", "superseded");
  return chosen.filter(({ path }) => path !== "response.md");
}

function inOrder(a: Chosen, b: Chosen): number {
  const rank = ({ path }: Chosen) => path === RESPONSE ? 0 : path.startsWith("output/") ? 1 : 2;
  return rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** The workspace, or undefined where the container's user took the agent's permissions away. */
function openReadable(dir: string): Folder | undefined {
  try {
    return openRoot(dir);
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}
