import { dirname } from "node:path";

import { theWorld } from "./globals.ts";
import type { Chance } from "./random.ts";
import { REAL } from "./real_files.ts";

/** A larger file is never one that is replaced in one step. Bytes. */
const SMALL = 64 * 1024;
/** What nobody syncs a system writes by itself in less than this time (Linux: 30 s and 5 s). Milliseconds. */
const BY_ITSELF_MS = 40_000;

/** A change of a folder's entries. */
interface Change {
  readonly path: string;
  readonly at: number;
  readonly undo: () => void;
}

/** What a disk has been told to keep and has not been made to: it may be gone after a power cut. */
export class Unsynced {
  /** By file, how much of it is safe, and since when it is not all of it. */
  readonly #data = new Map<string, { readonly safe: number; readonly at: number }>();
  /** By folder, its changes, the newest last. */
  readonly #entries = new Map<string, Change[]>();

  wrote(path: string): void {
    const known = this.#data.get(path);
    if (known && !isOld(known)) return;
    this.#data.set(path, { safe: sizeOf(path), at: theWorld().now });
  }

  synced(path: string): void {
    this.#data.delete(path);
    this.#entries.delete(path);
  }

  created(path: string): void {
    if (REAL.lstatSync(path, { throwIfNoEntry: false })?.isFile()) {
      this.#data.set(path, { safe: 0, at: theWorld().now });
    }
    this.#change(path, () => REAL.rmSync(path, { recursive: true, force: true }));
  }

  removed(path: string): void {
    this.#forget(path);
  }

  /** To be called before a file or folder gets another name. */
  renaming(from: string, to: string): void {
    const old = REAL.lstatSync(to, { throwIfNoEntry: false });
    const before = old?.isFile() && old.size <= SMALL ? REAL.readFileSync(to) : undefined;
    const isFolder = REAL.lstatSync(from, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const safe = this.#data.get(from);
    this.#forget(from);
    this.#forget(to);
    if (safe !== undefined) this.#data.set(to, safe);
    if (old && !before) return;
    this.#change(to, () => {
      if (before) REAL.writeFileSync(to, before);
      else if (isFolder && REAL.existsSync(to)) REAL.renameSync(to, from);
      else if (!isFolder) REAL.rmSync(to, { force: true });
    });
  }

  /** Of everything that was not synced, about half is lost. */
  lose(chance: Chance): void {
    for (const [path, { safe, at }] of this.#data) {
      if (isOld({ at })) continue;
      const size = sizeOf(path);
      if (size > safe && chance.is(0.5)) REAL.truncateSync(path, chance.between(safe, size));
    }
    for (const all of this.#entries.values()) {
      const changes = all.filter((change) => !isOld(change));
      // What a folder has lost, it has lost from some change on.
      const kept = chance.between(0, changes.length);
      for (const { undo } of changes.slice(kept).reverse()) quietly(undo);
    }
    this.#data.clear();
    this.#entries.clear();
  }

  #change(path: string, undo: () => void): void {
    const folder = dirname(path);
    const changes = this.#entries.get(folder) ?? [];
    this.#entries.set(folder, changes);
    changes.push({ path, at: theWorld().now, undo });
  }

  /** Of a name, and of everything below it. */
  #forget(path: string): void {
    const isOf = (name: string) => name === path || name.startsWith(`${path}/`);
    for (const name of this.#data.keys()) if (isOf(name)) this.#data.delete(name);
    for (const [folder, changes] of this.#entries) {
      if (isOf(folder)) this.#entries.delete(folder);
      else {
        const rest = changes.filter((change) => change.path !== path);
        if (rest.length < changes.length) this.#entries.set(folder, rest);
      }
    }
  }
}

function isOld({ at }: { readonly at: number }): boolean {
  return theWorld().now - at > BY_ITSELF_MS;
}

function sizeOf(path: string): number {
  return REAL.lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // What it would undo has gone another way since.
  }
}
