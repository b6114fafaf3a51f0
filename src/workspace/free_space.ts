import fs from "node:fs";

/** Fewer free inodes than this are a full disk: a task with its log, inputs and outputs takes hundreds. */
export const MIN_INODES = 1_000;

/** Bytes that an ordinary user can still write on the disk of `path`, which must exist. */
export async function freeSpace(path: string): Promise<number> {
  const { bavail, bsize } = await fs.promises.statfs(path);
  return Number(bavail) * Number(bsize);
}

/**
 * Files and folders that can still be made on the disk of `path`, which must exist; undefined where the
 * file system has no such limit (btrfs, FAT and Windows' own say that they have 0 in all).
 */
export async function freeInodes(path: string): Promise<number | undefined> {
  const { files, ffree } = await fs.promises.statfs(path);
  return Number(files) > 0 ? Number(ffree) : undefined;
}
