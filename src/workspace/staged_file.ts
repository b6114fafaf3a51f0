import fs from "node:fs";

// What a system has not is undefined, and counts as 0 here.
const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
const CREATE_FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

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
  const file = await fs.promises.open(path, CREATE_FLAGS, mode);
  // What has to be on the disk is synced before: a close that fails must not hide why something else did.
  const close = () => file.close().catch(() => {});
  let size = 0;
  try {
    if (Deno.build.os !== "windows") await file.chmod(mode);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      for (let sent = 0; sent < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, sent, chunk.length - sent, size);
        sent += bytesWritten;
        size += bytesWritten;
      }
    },
    async restart() {
      await file.truncate(0);
      size = 0;
    },
    sync: () => file.sync(),
    [Symbol.asyncDispose]: close,
  };
}
