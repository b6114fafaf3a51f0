import fs from "node:fs";
import { join } from "@std/path";
import { causeOf } from "../util/mod.ts";
import type { ArchiveEntry } from "./read_archive.ts";
import type { ArchiveWants } from "./archive_wants.ts";
import type { CollectBudget } from "./collect_budget.ts";
import { openGuarded, type Refusal } from "./guarded_file.ts";
import type { Identity } from "./folder.ts";
import { sendablePath, sendableSegment } from "./sendable_name.ts";
import type { SkipList } from "./skip_list.ts";
import { createStagedFile } from "./staged_file.ts";
import type { OutputLimits, OutputSource, SkipKind } from "./types.ts";
import { type Reading, Unreadable } from "./unreadable.ts";
import type { Found } from "./walk.ts";
import { openOwn, type ZipParts, type ZipSource } from "./zip_parts.ts";

/** A file that is sent by itself, before its name is made sure to be the only one. */
export interface Chosen {
  readonly path: string;
  readonly sendAs: string;
  readonly size: number;
  readonly source: OutputSource;
}

type FoundFile = Found & { readonly kind: "file" };

/** Decides file by file how it travels, and keeps count. */
export interface Collector {
  /** Takes a file of the workspace, leaves it out, or wants it from the engine. */
  takeFile(found: FoundFile): Promise<void>;
  /** Takes a file of the engine's archive. */
  takeEntry(entry: ArchiveEntry): Promise<void>;
  readonly chosen: readonly Chosen[];
  readonly totals: { readonly files: number; readonly bytes: number; readonly zipped: number };
}

/** What {@linkcode createCollector} works with. */
export interface CollectorOptions {
  readonly limits: OutputLimits;
  readonly spill: string;
  /** Undefined where the spill folder cannot be written: then nothing is packed. */
  readonly zip?: ZipParts;
  readonly skips: SkipList;
  readonly budget: CollectBudget;
  readonly reading: Reading;
  /** What only the engine can read; undefined where it cannot be asked. */
  readonly wants?: ArchiveWants;
  /** How many of a file's links are in the workspace. */
  readonly linksInside: (file: Identity) => Promise<number>;
}

/** Files that go by themselves although there are too many, as they are too large for a zip part. */
const MAX_ALONE = 10_000;
/** Characters of a path that is kept in memory and in the journal. */
const MAX_KEPT_PATH = 8192;

/** Starts with nothing taken. */
export function createCollector(options: CollectorOptions): Collector {
  const { limits, spill, zip, skips, budget, reading, wants, linksInside } = options;
  const chosen: Chosen[] = [];
  const totals = { files: 0, bytes: 0, zipped: 0 };
  let spilled = 0;

  const tooMuch = (size: number): SkipKind | undefined => {
    if (limits.maxFileSize > 0 && size > limits.maxFileSize) return "too_large";
    if (limits.maxTotalSize > 0 && totals.bytes + size > limits.maxTotalSize) return "total_size";
  };
  const verdict = (path: string, sendAs: string, size: number): "alone" | "zip" | SkipKind => {
    const refused = tooMuch(size);
    if (refused) return refused;
    const isShort = path.length <= MAX_KEPT_PATH;
    if (isShort && chosen.length < limits.maxFiles) return "alone";
    if (zip?.fits(size, sendAs)) return "zip";
    if (!isShort) return "path_too_long";
    if (chosen.length < Math.max(MAX_ALONE, limits.maxFiles)) return "alone";
    return zip ? "too_many" : "unread";
  };
  const count = (size: number) => {
    totals.files++;
    totals.bytes += size;
  };
  const pack = async (path: string, sendAs: string, file: ZipSource) => {
    // Windows takes a backslash in a zip for a folder's end.
    const name = await zip!.add(sendablePath(sendAs).replaceAll("\\", "_"), file);
    if (name === undefined) return skips.skip(path, "changed");
    if (name !== path) skips.rename(path, name);
    count(file.size);
    totals.zipped++;
  };
  const refuse = async ({ refused: why, cause }: Refusal, { path, folder, name }: FoundFile) => {
    // What cannot be read can still be looked at.
    const stat = why === "bad_name"
      ? undefined
      : reading(() => fs.lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false }));
    // A file with a link elsewhere must not come by the engine either.
    if (stat && stat.nlink > 1n && await linksInside(stat) !== Number(stat.nlink)) {
      return skips.skip(path, "hard_link");
    }
    const refused = stat?.isFile() && tooMuch(Number(stat.size));
    if (refused) return skips.skip(path, refused);
    if (wants?.add({ path, isFolder: false, why, cause })) return;
    return skips.skip(path, why, { cause });
  };
  const take = async (found: FoundFile) => {
    const { path, sendAs, folder, name } = found;
    const file = reading(() => openGuarded(folder, name));
    if ("refused" in file) return await refuse(file, found);
    using opened = file;
    if (opened.links > 1 && opened.links !== await linksInside(opened.id)) {
      return skips.skip(path, "hard_link");
    }
    const way = verdict(path, sendAs, opened.size);
    if (way === "zip") {
      if (opened.size > budget.bytesLeft) return skips.skip(path, "read_size");
      budget.count(opened.size);
      return await pack(path, sendAs, {
        size: opened.size,
        modified: new Date(Number(opened.mtimeNs / 1_000_000n)),
        readSync: (buffer, at) => reading(() => opened.readSync(buffer, at)),
        unchanged: () => reading(() => opened.unchanged()),
      });
    }
    if (way !== "alone") return skips.skip(path, way);
    const mtimeNs = String(opened.mtimeNs);
    const source = { kind: "workspace", path, mtimeNs, links: opened.links } as const;
    chosen.push({ path, sendAs, size: opened.size, source });
    count(opened.size);
  };
  return {
    chosen,
    totals,
    async takeFile(found) {
      try {
        await take(found);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        skips.skip(found.path, "unread", { cause: causeOf(error.cause) });
      }
    },
    async takeEntry(entry) {
      const { path, size } = entry;
      const sendAs = path.split("/").map((part) => sendableSegment(part)).join("/");
      const way = verdict(path, sendAs, size);
      if (way !== "alone" && way !== "zip") return skips.skip(path, way);
      if (size > budget.bytesLeft) return skips.skip(path, "read_size");
      const file = `archive-${++spilled}`;
      await spillEntry(entry, join(spill, file));
      if (way === "alone") {
        chosen.push({ path, sendAs, size, source: { kind: "spill", file } });
        return count(size);
      }
      {
        using own = openOwn(join(spill, file));
        await pack(path, sendAs, { ...own, modified: entry.modified });
      }
      fs.rmSync(join(spill, file));
    },
  };
}

async function spillEntry(entry: ArchiveEntry, path: string): Promise<void> {
  try {
    await using file = await createStagedFile(path, 0o600);
    for await (const chunk of entry.body) await file.write(chunk);
    if (file.size !== entry.size) throw new Error(`Cannot read ${entry.path}: it ended early`);
    await file.sync();
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  }
}
