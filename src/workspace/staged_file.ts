import fs from "node:fs";
import { promisify } from "node:util";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants as unknown as Record<
  string,
  number | undefined
>;
const CREATE_FLAGS = (O_WRONLY ?? 0) | (O_CREAT ?? 0) | (O_EXCL ?? 0) | (O_NOFOLLOW ?? 0);

const open = promisify(fs.open) as (path: string, flags: number, mode: number) => Promise<number>;
const close = promisify(fs.close) as (fd: number) => Promise<void>;
const sync = promisify(fs.fsync) as (fd: number) => Promise<void>;
const truncate = promisify(fs.ftruncate) as (fd: number, length: number) => Promise<void>;
const write = promisify(fs.write) as (
  fd: number,
  chunk: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ readonly bytesWritten: number }>;

/** A file that was made anew: never an old one, never through a link. */
export interface StagedFile extends AsyncDisposable {
  /** Bytes written since the last restart. */
  readonly size: number;
  write(chunk: Uint8Array): Promise<void>;
  /** Empties it. */
  restart(): Promise<void>;
  /** Returns when the bytes are on the disk. */
  sync(): Promise<void>;
}

/**
 * Makes a file; it must not be there, not even as a link.
 *
 * @param mode its permissions whatever the umask says, by default for everybody to read and write
 */
export async function createStagedFile(path: string, mode = 0o666): Promise<StagedFile> {
  const fd = await open(path, CREATE_FLAGS, mode);
  let size = 0;
  let isOpen = true;
  try {
    if (Deno.build.os !== "windows") fs.fchmodSync(fd, mode);
  } catch (error) {
    await close(fd);
    throw error;
  }
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      for (let sent = 0; sent < chunk.length;) {
        const { bytesWritten } = await write(fd, chunk, sent, chunk.length - sent, size);
        sent += bytesWritten;
        size += bytesWritten;
      }
    },
    async restart() {
      await truncate(fd, 0);
      size = 0;
    },
    sync: () => sync(fd),
    async [Symbol.asyncDispose]() {
      if (isOpen) await close(fd);
      isOpen = false;
    },
  };
}
