import { dirname, join } from "@std/path";
import type { Account } from "./account.ts";
import { aclAllows } from "./acl.ts";

/** What an account wants to do with a file or folder. */
export type Access = "read" | "write" | "run" | "change";

/** What keeps an account from a path. */
export interface Hindrance {
  /**
   * `closed`: a folder on the way may not be entered. `forbidden`: the thing itself is out of reach.
   * `absent`: it is not there, and may not be made.
   */
  readonly kind: "closed" | "forbidden" | "absent";
  /** The folder or file that has to be changed. */
  readonly path: string;
}

const READ = 4;
const WRITE = 2;
/** Of a folder; a program is run by the same bit. */
const ENTER = 1;
const BITS = { read: READ, write: WRITE, run: ENTER, change: READ | WRITE } as const;

/**
 * Finds out what keeps an account from a file or folder, by modes and access lists; undefined where
 * nothing does, or where it cannot be known (a network's file system may keep it even from root).
 *
 * @param access `change` means to read and to write, in a folder also all that lies right in it. What is
 * not there may be made then; for the others it keeps nobody from anything.
 */
export async function hindranceOf(
  account: Account,
  path: string,
  access: Access,
): Promise<Hindrance | undefined> {
  const there = await realPath(path);
  if (there === undefined) {
    if (access !== "change") return undefined;
    const found = await creationHindrance(account, dirname(path));
    return found?.kind === "forbidden" ? { kind: "absent", path } : found;
  }
  const closed = await closedFolder(account, there);
  if (closed !== undefined) return { kind: "closed", path: closed };
  if (!await may(account, there, BITS[access])) return { kind: "forbidden", path };
  if (access === "change" && !await mayChangeContent(account, there)) {
    return { kind: "forbidden", path };
  }
  return undefined;
}

/** Whether a new entry can be made below `folder`, which need not be there itself. */
async function creationHindrance(
  account: Account,
  folder: string,
): Promise<Hindrance | undefined> {
  const there = await realPath(folder);
  if (there === undefined) return await creationHindrance(account, dirname(folder));
  const closed = await closedFolder(account, there);
  if (closed !== undefined) return { kind: "closed", path: closed };
  return await may(account, there, WRITE | ENTER) ? undefined : { kind: "forbidden", path: there };
}

/** What another account has left in a folder is its own. */
async function mayChangeContent(account: Account, folder: string): Promise<boolean> {
  try {
    for await (const { name, isSymlink } of Deno.readDir(folder)) {
      if (!isSymlink && !await may(account, join(folder, name), BITS.change)) return false;
    }
    return true;
  } catch {
    return true;
  }
}

/** The first folder above a path that the account may not enter. */
async function closedFolder(account: Account, path: string): Promise<string | undefined> {
  const above = dirname(path);
  if (above === path) return undefined;
  const closed = await closedFolder(account, above);
  if (closed !== undefined) return closed;
  return await may(account, above, ENTER) ? undefined : above;
}

async function may(account: Account, path: string, wanted: number): Promise<boolean> {
  if (account.uid === 0) return true;
  const stat = await Deno.stat(path).catch(() => undefined);
  if (stat === undefined || stat.mode === null) return true;
  const bits = stat.isDirectory ? wanted | ENTER : wanted;
  const isIn = (gid: number | null) => gid !== null && account.gids.includes(gid);
  if (stat.uid === account.uid) return (stat.mode >> 6 & bits) === bits;
  const shift = isIn(stat.gid) ? 3 : 0;
  return (stat.mode >> shift & bits) === bits ||
    await aclAllows(account, path, { bits, isInGroup: isIn(stat.gid) });
}

/** A path without links; undefined for what is not there. What cannot be looked at stays as it is. */
async function realPath(path: string): Promise<string | undefined> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : path;
  }
}
