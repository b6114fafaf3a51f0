import fs from "node:fs";
import { promisify } from "node:util";

const statfs = promisify(fs.statfs) as (path: string) => Promise<fs.StatsFs>;

/** Bytes that an ordinary user can still write on the disk of `path`, which must exist. */
export async function freeSpace(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Number(bavail) * Number(bsize);
}
