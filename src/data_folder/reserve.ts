import fs from "node:fs";
import { join } from "@std/path";
import { isFull } from "../util/mod.ts";

/** Bytes that are kept for the journal's last words on a full disk. */
export const RESERVE_BYTES = 16 * 1024 * 1024;
/** As many as `crypto.getRandomValues` gives at a time. */
const RANDOM_BYTES = 65_536;

/**
 * Makes sure that `{dataDir}/reserve` takes `bytes` bytes of the disk for real: random ones, as some
 * file systems store zeros as nothing. Synchronous like the journal, which needs it.
 *
 * @returns whether it is there; false when the disk has no room for it now
 * @throws whatever else the file system says
 */
export function ensureReserve(dataDir: string, bytes = RESERVE_BYTES): boolean {
  const path = reservePath(dataDir);
  if (isWhole(path, bytes)) return true;
  fs.rmSync(path, { force: true });
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, "wx", 0o600);
    const block = new Uint8Array(Math.min(bytes, RANDOM_BYTES));
    for (let written = 0; written < bytes;) {
      crypto.getRandomValues(block);
      written += fs.writeSync(fd, block, 0, Math.min(block.length, bytes - written));
    }
    fs.fsyncSync(fd);
    return true;
  } catch (error) {
    fs.rmSync(path, { force: true });
    if (isFull(error)) return false;
    throw error;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

/** Whether the reserve is there. Where it is not, the disk was full at some time since the last start. */
export function hasReserve(dataDir: string): boolean {
  return fs.lstatSync(reservePath(dataDir), { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Gives the reserve back to the disk, for a journal write that met a full one.
 *
 * @returns whether there was one to give up
 */
export function giveUpReserve(dataDir: string): boolean {
  try {
    fs.unlinkSync(reservePath(dataDir));
    return true;
  } catch {
    return false;
  }
}

function reservePath(dataDir: string): string {
  return join(dataDir, "reserve");
}

function isWhole(path: string, bytes: number): boolean {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size !== bytes) return false;
  return typeof stat.blocks !== "number" || stat.blocks * 512 >= bytes;
}
