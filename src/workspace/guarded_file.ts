import fs, { type BigIntStats } from "node:fs";
import { promisify } from "node:util";
import { causeOf, errorCode, isDenied, isMachineTrouble } from "../util/mod.ts";
import type { SkipKind } from "./types.ts";
import { type Folder, type Identity, READ_FLAGS, sameFile } from "./folder.ts";

/** A regular file, open for reading, known to be the one that its folder names. */
export interface GuardedFile {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly links: number;
  readonly id: Identity;
  /** Reads into `buffer` from `position` on; 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** The same at once, for small files. */
  readSync(buffer: Uint8Array, position: number): number;
  /** Whether it still has the size and time of change that it had when it was opened. */
  unchanged(): boolean;
  [Symbol.dispose](): void;
}

/** Why a file was not opened. */
export interface Refusal {
  readonly refused: SkipKind;
  /** The system's word for it; empty where the file itself is what is wrong. */
  readonly cause: string;
}

const readAsync = promisify(fs.read);

/**
 * Opens the file `name` of a folder: never through a link, never waiting for a pipe, never a device,
 * and only when what was opened is what the folder names.
 */
export function openGuarded(folder: Folder, name: string): GuardedFile | Refusal {
  let fd: number | undefined;
  let good = false;
  try {
    const path = folder.at(name);
    const named = fs.lstatSync(path, { bigint: true });
    if (named.isSymbolicLink()) return refusal("link");
    if (!named.isFile()) return refusal("special");
    fd = fs.openSync(path, READ_FLAGS);
    const opened = fs.fstatSync(fd, { bigint: true });
    if (!opened.isFile()) return refusal("special");
    if (!sameFile(named, opened) || !folder.verify()) return refusal("changed");
    good = true;
    return guarded(fd, opened);
  } catch (error) {
    return refusalOf(error, name);
  } finally {
    if (fd !== undefined && !good) fs.closeSync(fd);
  }
}

function guarded(fd: number, stat: BigIntStats): GuardedFile {
  let open = true;
  return {
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    links: Number(stat.nlink),
    id: stat,
    read: async (buffer, position) =>
      (await readAsync(fd, buffer, 0, buffer.length, position)).bytesRead,
    readSync: (buffer, position) => fs.readSync(fd, buffer, 0, buffer.length, position),
    unchanged: () => {
      const now = fs.fstatSync(fd, { bigint: true });
      return now.size === stat.size && now.mtimeNs === stat.mtimeNs;
    },
    [Symbol.dispose]: () => {
      if (open) fs.closeSync(fd);
      open = false;
    },
  };
}

function refusal(refused: SkipKind, cause = ""): Refusal {
  return { refused, cause };
}

/**
 * What an error of the system means for a file that was listed a moment ago.
 *
 * @throws the error itself when it is the machine's: the file is as good as before.
 */
export function refusalOf(error: unknown, name: string): Refusal {
  if (isMachineTrouble(error)) throw error;
  const code = errorCode(error);
  const cause = causeOf(error);
  if (isDenied(error)) return refusal("unreadable", cause);
  if (code === "ELOOP" || code === "EMLINK") return refusal("link");
  if (code === "ENXIO" || code === "ENODEV") return refusal("special");
  if (code === "ENAMETOOLONG") return refusal("path_too_long", cause);
  // The system knows another name than the one that Deno could show.
  if (code === "ENOENT") return refusal(name.includes("\uFFFD") ? "bad_name" : "changed");
  if (code === "ENOTDIR") return refusal("changed");
  return refusal("read_error", cause);
}
