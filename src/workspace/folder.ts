import fs, { type BigIntStats } from "node:fs";
import { dirname, join } from "@std/path";
import { Failure, workspaceText } from "../i18n/mod.ts";
import { errorCode, isMachineTrouble } from "../util/mod.ts";

/** Which file or folder a handle or a path stands for, whatever it is called. */
export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/**
 * A folder whose entries are reached without ever passing through a link.
 *
 * Where `/proc` can be used (Linux, Deno from 2.9 on, all permissions), the folder is open and its
 * entries are named below the open handle: whoever moves or replaces a folder on the way cannot lead
 * the agent elsewhere, and no path is ever too long. Elsewhere entries are named by path, and
 * {@linkcode Folder.verify} finds out whether a folder on the way is no longer the one it was.
 */
export interface Folder {
  readonly id: Identity;
  /** The path by which the system reaches an entry of this folder. */
  at(name: string): string;
  /** Reaches the folder itself, for listing it. */
  readonly access: string;
  /** Whether every folder from the root down to this one is still the same. */
  verify(): boolean;
  [Symbol.dispose](): void;
}

// What a system has not is undefined, and counts as 0 here.
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

/** Flags that open a file for reading, but no link, and without waiting on a pipe. */
export const READ_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const FOLDER_FLAGS = READ_FLAGS | O_DIRECTORY;

/** Whether two stats are of one file. Systems that number no files say 0; they are believed. */
export function sameFile(a: Identity, b: Identity): boolean {
  return a.ino === 0n || b.ino === 0n || (a.ino === b.ino && a.dev === b.dev);
}

/** A folder's entries, one by one, in the system's own order. */
export function iterate(folder: Folder): AsyncIterator<Deno.DirEntry> {
  return Deno.readDir(folder.access)[Symbol.asyncIterator]();
}

/**
 * Opens a folder of the agent's own, for instance a workspace. Neither it nor its parent may be a link.
 *
 * @throws {Failure} when it is gone or no real folder.
 */
export function openRoot(dir: string): Folder {
  assertRealFolder(dirname(dir));
  const stat = assertRealFolder(dir);
  const folder = procWorks(dir) ? openHandle(dir) : byPath(dir, stat, () => isSame(dir, stat));
  if (sameFile(folder.id, stat)) return folder;
  folder[Symbol.dispose]();
  throw new Failure(workspaceText.notAFolder({ path: dir }));
}

/**
 * Opens the folder `name` in `parent`.
 *
 * @throws with the system's code: ELOOP or ENOTDIR for what is no folder, EACCES, ENAMETOOLONG.
 */
export function openFolder(parent: Folder, name: string): Folder {
  const path = parent.at(name);
  const stat = fs.lstatSync(path, { bigint: true });
  if (!stat.isDirectory() || stat.isSymbolicLink()) throw codeError("ENOTDIR", path);
  const folder = parent.access.startsWith("/proc/")
    ? openHandle(path)
    : byPath(path, stat, () => isSame(path, stat) && parent.verify());
  if (sameFile(folder.id, stat) && parent.verify()) return folder;
  folder[Symbol.dispose]();
  throw codeError("ELOOP", path);
}

function openHandle(path: string): Folder {
  const fd = fs.openSync(path, FOLDER_FLAGS);
  const { dev, ino } = fs.fstatSync(fd, { bigint: true });
  const access = `/proc/self/fd/${fd}`;
  let open = true;
  return {
    id: { dev, ino },
    access,
    at: (name) => `${access}/${name}`,
    verify: () => true,
    [Symbol.dispose]: () => {
      if (open) fs.closeSync(fd);
      open = false;
    },
  };
}

function byPath(path: string, { dev, ino }: Identity, verify: () => boolean): Folder {
  return {
    id: { dev, ino },
    access: path,
    at: (name) => join(path, name),
    verify,
    [Symbol.dispose]: () => {},
  };
}

function isSame(path: string, id: Identity): boolean {
  try {
    const now = fs.lstatSync(path, { bigint: true });
    return now.isDirectory() && sameFile(now, id);
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    return false;
  }
}

function assertRealFolder(path: string): BigIntStats {
  let stat: BigIntStats;
  try {
    stat = fs.lstatSync(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    throw new Failure(workspaceText.workspaceGone({ path }), { cause: error });
  }
  if (stat.isDirectory() && !stat.isSymbolicLink()) return stat;
  throw new Failure(workspaceText.notAFolder({ path }));
}

let proc: boolean | undefined;

/**
 * Whether entries can be named below an open handle. Deno lets only a program with all permissions
 * into /proc, and before 2.9 its numbers for handles are not the system's own.
 */
function procWorks(dir: string): boolean {
  if (Deno.build.os !== "linux") return false;
  if (proc !== undefined) return proc;
  const fd = fs.openSync(dir, FOLDER_FLAGS);
  try {
    const opened = fs.fstatSync(fd, { bigint: true });
    const seen = fs.statSync(`/proc/self/fd/${fd}`, { bigint: true });
    fs.lstatSync(`/proc/self/fd/${fd}/.`);
    proc = seen.ino === opened.ino && seen.dev === opened.dev;
  } catch {
    proc = false;
  } finally {
    fs.closeSync(fd);
  }
  return proc;
}

function codeError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
