import { put, theWorld } from "./globals.ts";
import { diskHere, inTurn, making, removing, renaming, resolved } from "./in_turn.ts";

const DENO = { ...Deno };

/** What a machine calls its present boot, where that is asked for. */
function bootOf(path: string): string | undefined {
  if (path !== "/proc/sys/kernel/random/boot_id") return undefined;
  return String((theWorld().current.host as { readonly boot?: number } | undefined)?.boot);
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
