import fs, { type BigIntStats } from "node:fs";
import { join } from "@std/path";
import { Failure, type Text, workspaceText } from "../i18n/mod.ts";
import { causeOf, errorCode, isMachineTrouble } from "../util/mod.ts";
import { createBreather } from "./breathe.ts";
import { type Folder, iterate, openFolder, openRoot } from "./folder.ts";
import type { Removal } from "./types.ts";

/** Folders below each other that are entered; what is deeper is moved up first. */
const MAX_DEPTH = 64;
/** Characters of a path from which on a folder is moved up as well (PATH_MAX: 1024 on macOS). */
const MAX_PATH = Deno.build.os === "darwin" ? 700 : 3000;

interface Frame {
  readonly folder: Folder;
  /** The path by which its own entry is reached. */
  readonly path: string;
  entries: AsyncIterator<Deno.DirEntry>;
  /** Whether something was removed or moved since it was last listed. */
  progress: boolean;
  /** Whether something in it is there to stay. */
  stuck: boolean;
  /** Whether it holds files whose names no call can express. */
  unnamed: boolean;
}

interface Work {
  /** The folder's path for people. */
  readonly dir: string;
  readonly frames: Frame[];
  obstacle?: Text;
  isTrouble?: boolean;
}

/**
 * Removes a folder of the agent's own, however deep, without following a link and without leaving
 * its file system. Folders without permissions get them where the agent owns them. A folder that is
 * not there is removed already.
 *
 * Files of the container's user in folders of theirs are beyond an agent that is not root: then the
 * obstacle says so, everything else is gone, and the executor has a container for the rest.
 *
 * (`Deno.remove` with `recursive` is no help here: tens of thousands of folders below each other
 * overflow its stack, which ends the whole program.)
 */
export async function removeWorkspace(
  dir: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Removal> {
  signal?.throwIfAborted();
  const work: Work = { dir, frames: [] };
  try {
    const stat = fs.lstatSync(dir, { throwIfNoEntry: false, bigint: true });
    if (stat === undefined) return { removed: true };
    if (!stat.isDirectory() || stat.isSymbolicLink()) {
      fs.unlinkSync(dir);
      return { removed: true };
    }
    permit(dir, stat);
    using root = openRoot(dir);
    work.frames.push(newFrame(root, dir));
    await empty(work, createBreather(signal));
  } catch (error) {
    signal?.throwIfAborted();
    note(work, error);
  } finally {
    for (const { folder } of work.frames) folder[Symbol.dispose]();
  }
  const left = fs.lstatSync(dir, { throwIfNoEntry: false }) !== undefined;
  const { obstacle, isTrouble } = work;
  return left ? { removed: false, obstacle, isTrouble } : { removed: true };
}

async function empty(work: Work, breathe: () => Promise<void> | undefined): Promise<void> {
  const { frames } = work;
  while (frames.length > 0) {
    await breathe();
    const frame = frames.at(-1)!;
    try {
      const { value: entry, done } = await frame.entries.next();
      if (!done) {
        removeEntry(work, frame, entry);
        continue;
      }
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      note(work, error);
      frame.stuck = true;
    }
    if (isGone(frame)) leave(work, true);
    else if (frame.progress && (!frame.stuck || frames.length === 1)) {
      Object.assign(frame, { progress: false, entries: iterate(frame.folder) });
    } else leave(work, false);
  }
}

function removeEntry(work: Work, frame: Frame, entry: Deno.DirEntry): void {
  const path = frame.folder.at(entry.name);
  try {
    const stat = fs.lstatSync(path, { bigint: true });
    if (!stat.isDirectory()) {
      fs.unlinkSync(path);
      frame.progress = true;
    } else if (stat.dev !== frame.folder.id.dev) {
      work.obstacle ??= workspaceText.mountInside({ path: shown(work, entry.name) });
      frame.stuck = true;
    } else if (isTooDeep(work, path)) {
      const { folder: root } = work.frames[0];
      fs.renameSync(path, root.at(`.removing-${crypto.randomUUID()}`));
      work.frames[0].progress = frame.progress = true;
    } else {
      permit(path, stat);
      work.frames.push(newFrame(openFolder(frame.folder, entry.name), path));
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT") note(work, error, entry.name);
    else if (!entry.name.includes("\uFFFD")) return;
    else if (!entry.isDirectory) {
      frame.unnamed = true;
      return;
    } else work.obstacle ??= workspaceText.nameUnusable({ path: work.dir });
    frame.stuck = true;
  }
}

/** Removes the folder itself; false when something is still in it. */
function isGone(frame: Frame): boolean {
  try {
    fs.rmdirSync(frame.path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return true;
  }
  if (!frame.unnamed || frame.stuck || frame.progress) return false;
  try {
    // Nothing but files is left in it, so that the depth which this call cannot stand is one.
    Deno.removeSync(frame.path, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

function leave(work: Work, gone: boolean): void {
  const frame = work.frames.pop()!;
  frame.folder[Symbol.dispose]();
  const outer = work.frames.at(-1);
  if (gone) {
    if (outer) outer.progress = true;
    return;
  }
  if (outer) outer.stuck = true;
  work.obstacle ??= workspaceText.cannotRemove({ path: work.dir, cause: "ENOTEMPTY" });
}

function isTooDeep({ frames }: Work, path: string): boolean {
  return frames.length > MAX_DEPTH || (frames.length > 1 && path.length > MAX_PATH);
}

function newFrame(folder: Folder, path: string): Frame {
  const entries = iterate(folder);
  return { folder, path, entries, progress: false, stuck: false, unnamed: false };
}

/** Gives the agent the permissions that listing and emptying a folder of its own takes. */
function permit(path: string, stat: BigIntStats): void {
  if (Deno.build.os === "windows" || (stat.mode & 0o700n) === 0o700n) return;
  try {
    fs.chmodSync(path, 0o700);
  } catch {
    // Somebody else's: opening it will say so.
  }
}

function note(work: Work, error: unknown, name?: string): void {
  work.isTrouble ||= isMachineTrouble(error);
  work.obstacle ??= error instanceof Failure ? error.text : workspaceText.cannotRemove({
    path: name === undefined ? work.dir : shown(work, name),
    cause: causeOf(error),
  });
}

/** An entry's path for people: the folder and the last part are enough to find it. */
function shown({ dir, frames }: Work, name: string): string {
  return frames.length > 1 ? join(dir, "…", name) : join(dir, name);
}
