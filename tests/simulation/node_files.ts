import fs from "node:fs";
import { promisify } from "node:util";

import { REAL } from "./real_files.ts";
import { put, theWorld } from "./globals.ts";
import { diskHere, inTurn, making, removing, renaming, resolved } from "./in_turn.ts";

/** Replaces what node has for files. */
export function installNodeFiles(): void {
  const open = (path: string, flags: fs.OpenMode, mode?: fs.Mode) => {
    const number = making(path, () => REAL.openSync(path, flags, mode));
    const forget = theWorld().current.onEnd(() => close(number));
    owners.set(number, { path: resolved(path), forget });
    return number;
  };
  const close = (number: number) => {
    owners.get(number)?.forget();
    owners.delete(number);
    REAL.closeSync(number);
  };
  const written = (number: number, bytes: number) => {
    const disk = diskHere();
    disk?.check("write", bytes);
    disk?.unsynced.wrote(owners.get(number)?.path ?? "");
  };
  const write = (number: number, bytes: Uint8Array, ...rest: []) => {
    written(number, bytes.length);
    return REAL.writeSync(number, bytes, ...rest);
  };
  const synced = (number: number) => diskHere()?.unsynced.synced(owners.get(number)?.path ?? "");
  put(fs, "openSync", open);
  put(fs, "closeSync", close);
  put(fs, "writeSync", write);
  put(fs, "fsyncSync", synced);
  put(fs, "fsync", (number: number, then: (error: unknown) => void) => {
    inTurn("fsync", () => synced(number)).then(() => then(null), then);
  });
  put(fs, "read", nodeRead);
  put(
    fs,
    "renameSync",
    (from: string, to: string) => renaming(from, to, () => REAL.renameSync(from, to)),
  );
  put(
    fs,
    "mkdirSync",
    (path: string, ...rest: []) => making(path, () => REAL.mkdirSync(path, ...rest)),
  );
  for (const name of ["unlinkSync", "rmSync", "rmdirSync"] as const) {
    put(fs, name, (path: string, ...rest: []) => removing(path, () => REAL[name](path, ...rest)));
  }
  put(
    fs.promises,
    "open",
    (path: string, flags: fs.OpenMode, mode?: fs.Mode) =>
      inTurn("open", () => fileHandle(open(path, flags, mode), { write, close, synced }), "write"),
  );
  put(fs.promises, "statfs", () =>
    inTurn("statfs", () => {
      const free = diskHere()?.free ?? Infinity;
      return { bavail: Math.floor(free / 4096), bsize: 4096, files: 0, ffree: 0 };
    }));
}

/** What is open by number, and whose it is. */
const owners = new Map<number, { readonly path: string; readonly forget: () => void }>();

/** How many files are open by number. */
export function openNumbers(): number {
  return owners.size;
}

/** Reads by number, as the program calls it: as a promise. */
const nodeRead = Object.assign(() => {
  throw new Error("Nobody reads with a callback");
}, {
  [promisify.custom]: (number: number, into: Uint8Array, ...rest: [number, number, number]) =>
    inTurn("read", () => ({ bytesRead: REAL.readSync(number, into, ...rest) })),
});

interface ByNumber {
  readonly write: (number: number, bytes: Uint8Array, ...rest: []) => number;
  readonly close: (number: number) => void;
  readonly synced: (number: number) => void;
}

function fileHandle(number: number, { write, close, synced }: ByNumber) {
  return {
    chmod: (mode: number) => inTurn("chmod", () => REAL.fchmodSync(number, mode)),
    write: (bytes: Uint8Array, ...rest: []) =>
      inTurn("write", () => ({ bytesWritten: write(number, bytes, ...rest) }), "write"),
    truncate: (size: number) => inTurn("truncate", () => REAL.ftruncateSync(number, size), "write"),
    sync: () => inTurn("sync", () => synced(number)),
    close: () => inTurn("close", () => close(number)),
  };
}
