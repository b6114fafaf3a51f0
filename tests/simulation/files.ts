import fs from "node:fs";
import { promisify } from "node:util";

import type { Disk } from "./disk.ts";
import { REAL } from "./disk.ts";
import { put, theWorld } from "./globals.ts";

// The one place that every call of the program to the file system passes: when it takes effect is the
// seed's choice, and what is dead never gets there.

const DENO = { ...Deno };

/** What a machine calls its present boot, where that is asked for. */
function bootOf(path: string): string | undefined {
  if (path !== "/proc/sys/kernel/random/boot_id") return undefined;
  return String((theWorld().current.host as { readonly boot?: number } | undefined)?.boot);
}

/** The disk of whoever is calling; undefined for those whose disks never fail. */
function diskHere(): Disk | undefined {
  return (theWorld().current.host as { readonly disk?: Disk } | undefined)?.disk;
}

/** Lets a call take effect in its turn. */
export function inTurn<T>(what: string, effect: () => T, call: "read" | "write" = "read") {
  const world = theWorld();
  const disk = diskHere();
  return new Promise<T>((resolve, reject) => {
    const slow = world.order.is(0.01) ? 3_000 : 3;
    const ms = disk ? world.order.fraction() * slow : 0;
    world.after(world.current, ms, what, () => {
      try {
        disk?.check(call);
        resolve(effect());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** What a path stands for that goes through an open folder. */
function resolved(path: string | URL): string {
  const words = String(path instanceof URL ? path.pathname : path);
  if (!words.startsWith("/proc/self/fd/")) return words;
  const [number, ...rest] = words.slice("/proc/self/fd/".length).split("/");
  try {
    return [REAL.readlinkSync(`/proc/self/fd/${number}`), ...rest].join("/");
  } catch {
    return words;
  }
}

/** Gives what was made the world's time: its own clock's is what the program compares it with. */
function stamp(path: string): void {
  const now = new Date();
  REAL.utimesSync(path, now, now);
}

/** Does what may make a file, and notes it. */
function making<T>(path: string, make: () => T): T {
  const isNew = !REAL.existsSync(path);
  const made = make();
  if (isNew && REAL.existsSync(path)) {
    stamp(path);
    diskHere()?.unsynced.created(resolved(path));
  }
  return made;
}

function renaming<T>(from: string, to: string, rename: () => T): T {
  diskHere()?.unsynced.renaming(resolved(from), resolved(to));
  return rename();
}

function removing<T>(path: string, remove: () => T): T {
  const disk = diskHere();
  const size = REAL.lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const result = remove();
  disk?.unsynced.removed(resolved(path));
  disk?.give(size);
  return result;
}

/** An open file of the program. */
class WorldFile {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #forget: () => void;
  #isOpen = true;

  constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = resolved(path);
    this.#forget = theWorld().current.onEnd(() => this.close());
  }

  read(into: Uint8Array) {
    return inTurn("read", () => this.#file.readSync(into));
  }

  write(bytes: Uint8Array) {
    return inTurn("write", () => this.#write(bytes), "write");
  }

  sync() {
    return inTurn("sync", () => {
      diskHere()?.unsynced.synced(this.#path);
    });
  }

  stat() {
    return inTurn("stat", () => this.#file.statSync());
  }

  truncate(size?: number) {
    return inTurn("truncate", () => {
      diskHere()?.unsynced.wrote(this.#path);
      this.#file.truncateSync(size);
    });
  }

  seek(offset: number, whence: Deno.SeekMode) {
    return inTurn("seek", () => this.#file.seekSync(offset, whence));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#forget();
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #write(bytes: Uint8Array): number {
    const disk = diskHere();
    disk?.check("write", bytes.length);
    disk?.unsynced.wrote(this.#path);
    return this.#file.writeSync(bytes);
  }
}

function opened(path: string, options: Deno.OpenOptions = { read: true }): Deno.FsFile {
  const file = making(path, () => DENO.openSync(path, options));
  return new WorldFile(file, path) as unknown as Deno.FsFile;
}

async function* entries(path: string): AsyncGenerator<Deno.DirEntry> {
  const found = await inTurn(
    "readDir",
    () => [...DENO.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1),
  );
  yield* found;
}

/** Replaces what Deno has for files. */
export function installDenoFiles(): void {
  const calls = {
    open: (path: string, options?: Deno.OpenOptions) => inTurn("open", () => opened(path, options)),
    lstat: (path: string) => inTurn("lstat", () => DENO.lstatSync(path)),
    stat: (path: string) => inTurn("stat", () => DENO.statSync(path)),
    readDir: entries,
    readFile: (path: string) => inTurn("readFile", () => DENO.readFileSync(path)),
    readTextFile: (path: string) =>
      inTurn("readTextFile", () => bootOf(path) ?? DENO.readTextFileSync(path)),
    readLink: (path: string) => inTurn("readLink", () => DENO.readLinkSync(path)),
    realPath: (path: string) => inTurn("realPath", () => DENO.realPathSync(path)),
    chmod: (path: string, mode: number) => inTurn("chmod", () => DENO.chmodSync(path, mode)),
    truncate: (path: string, size?: number) =>
      inTurn("truncate", () => DENO.truncateSync(path, size), "write"),
    mkdir: (path: string, options?: Deno.MkdirOptions) =>
      inTurn("mkdir", () => making(path, () => DENO.mkdirSync(path, options)), "write"),
    rename: (from: string, to: string) =>
      inTurn("rename", () => renaming(from, to, () => DENO.renameSync(from, to)), "write"),
    remove: (path: string, options?: Deno.RemoveOptions) =>
      inTurn("remove", () => removing(path, () => DENO.removeSync(path, options)), "write"),
    writeTextFile: (path: string, text: string, options?: Deno.WriteFileOptions) =>
      inTurn("writeTextFile", () => {
        const disk = diskHere();
        disk?.check("write", text.length);
        making(path, () => DENO.writeTextFileSync(path, text, options));
        disk?.unsynced.wrote(path);
      }, "write"),
    removeSync: (path: string, options?: Deno.RemoveOptions) =>
      removing(path, () => DENO.removeSync(path, options)),
  };
  for (const [name, call] of Object.entries(calls)) put(Deno, name, call);
}

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
