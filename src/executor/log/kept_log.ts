/** How much of an attempt's output is kept, bytes. */
export interface KeptSizes {
  /** From the beginning. */
  readonly head: number;
  /** From the end. */
  readonly tail: number;
  /** The end is kept in files of this size until it is known to be the end. */
  readonly segment: number;
}

const MIB = 1024 * 1024;
const KEPT_SIZES: KeptSizes = { head: 32 * MIB, tail: 32 * MIB, segment: 8 * MIB };

const COPY_BYTES = 256 * 1024;

/**
 * The file of an attempt's output: its first bytes and its last, and between them a mark that says how
 * much is left out. While the output grows, the head goes to the log file itself, and what comes after
 * it to files beside it (`….log.tail-N`) of which the oldest are deleted; {@linkcode KeptLog.finish} puts
 * both together. Positions are counted in bytes of output, from 0 at `base` bytes of the log file (what
 * is before them belongs to earlier attempts).
 */
export class KeptLog implements Disposable {
  readonly #path: string;
  readonly #sizes: KeptSizes;
  readonly #base: number;
  readonly #beforeDrop: () => Promise<void>;
  #position: number;
  /** What was written after the position has been cut off. */
  #ready = false;
  #file?: { readonly index: number; readonly handle: Deno.FsFile };

  /**
   * A log at a position that was reached before; whatever was written after it is cut off. `base` is
   * how much of the log file belongs to earlier attempts. `beforeDrop` is awaited before the oldest
   * piece is deleted, so that no position is ever remembered for which it would be needed again.
   */
  constructor(
    path: string,
    { base, position, sizes = KEPT_SIZES, beforeDrop = () => Promise.resolve() }: {
      readonly base: number;
      readonly position: number;
      readonly sizes?: KeptSizes;
      readonly beforeDrop?: () => Promise<void>;
    },
  ) {
    this.#path = path;
    this.#base = base;
    this.#position = position;
    this.#sizes = sizes;
    this.#beforeDrop = beforeDrop;
  }

  /** Bytes of output so far. */
  get position(): number {
    return this.#position;
  }

  /**
   * Appends bytes. When this throws, `position` says how much of them was kept.
   * @throws whatever the file system says, a full disk above all.
   */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#cutOff();
    for (let rest = bytes; rest.length > 0;) {
      const { index, end } = this.#placeOf(this.#position);
      const handle = await this.#open(index);
      const written = await handle.write(rest.subarray(0, end - this.#position));
      this.#position += written;
      rest = rest.subarray(written);
    }
  }

  /**
   * Puts head and tail together in the log file.
   * @param mark makes the line that stands for the bytes left out
   */
  async finish(mark: (dropped: number) => Uint8Array): Promise<void> {
    await this.#cutOff();
    this.#close();
    const { head, tail, segment } = this.#sizes;
    const inTail = this.#position - head;
    if (inTail > 0) {
      using log = await Deno.open(this.#path, { write: true });
      await log.truncate(this.#base + head);
      await log.seek(0, Deno.SeekMode.End);
      const dropped = Math.max(0, inTail - tail);
      if (dropped > 0) await writeAll(log, mark(dropped));
      for (let index = Math.floor(dropped / segment); index * segment < inTail; index++) {
        using piece = await Deno.open(this.#segmentPath(index), { read: true });
        await piece.seek(Math.max(0, dropped - index * segment), Deno.SeekMode.Start);
        await copy(piece, log);
      }
    }
  }

  /** Deletes the files beside the log file, once everything is in it. */
  async dropTail(): Promise<void> {
    for (const path of await tailPaths(this.#path)) await Deno.remove(path).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  /** Index -1 is the log file itself, others are the files of the tail; `end` is a position. */
  #placeOf(position: number): { readonly index: number; readonly end: number } {
    const { head, segment } = this.#sizes;
    if (position < head) return { index: -1, end: head };
    const index = Math.floor((position - head) / segment);
    return { index, end: head + (index + 1) * segment };
  }

  async #open(index: number): Promise<Deno.FsFile> {
    if (this.#file?.index === index) return this.#file.handle;
    this.#close();
    const path = index < 0 ? this.#path : this.#segmentPath(index);
    const handle = await Deno.open(path, { append: true, create: true, mode: 0o600 });
    this.#file = { index, handle };
    if (index >= 0) await this.#dropOldest(index);
    return handle;
  }

  /**
   * Keeps what the tail needs, which mostly begins in the middle of a piece, and one piece more: the
   * position that is remembered lies a little back.
   */
  async #dropOldest(index: number): Promise<void> {
    const unneeded = index - Math.ceil(this.#sizes.tail / this.#sizes.segment) - 2;
    if (unneeded < 0) return;
    await this.#beforeDrop();
    await Deno.remove(this.#segmentPath(unneeded)).catch(() => {});
  }

  async #cutOff(): Promise<void> {
    if (this.#ready) return;
    const { head } = this.#sizes;
    {
      using log = await Deno.open(this.#path, { write: true, create: true, mode: 0o600 });
      const { size } = await log.stat();
      const inHead = Math.min(this.#position, head);
      // A file that somebody shortened is not filled up with zeros.
      if (size > this.#base + inHead) await log.truncate(this.#base + inHead);
    }
    const { index, end } = this.#placeOf(this.#position);
    for (const path of await tailPaths(this.#path)) {
      const at = Number(path.slice(path.lastIndexOf("-") + 1));
      if (index < 0 || at > index) await Deno.remove(path);
      else if (at === index) {
        await Deno.truncate(path, this.#sizes.segment - (end - this.#position));
      }
    }
    this.#ready = true;
  }

  #segmentPath(index: number): string {
    return `${this.#path}.tail-${index}`;
  }

  #close(): void {
    this.#file?.handle.close();
    this.#file = undefined;
  }
}

/**
 * The files that hold a task's output so far, in the order in which to read them: the log file, and
 * while a run prints more than the log's first part, the pieces of its end.
 */
export async function logParts(logPath: string): Promise<string[]> {
  return [logPath, ...await tailPaths(logPath)];
}

/** The files of a log's tail that are there now, oldest first. */
export async function tailPaths(logPath: string): Promise<string[]> {
  const cut = Math.max(logPath.lastIndexOf("/"), logPath.lastIndexOf("\\"));
  const prefix = `${logPath.slice(cut + 1)}.tail-`;
  const indexes: number[] = [];
  try {
    for await (const { name } of Deno.readDir(logPath.slice(0, cut + 1) || ".")) {
      if (!name.startsWith(prefix)) continue;
      const index = name.slice(prefix.length);
      if (/^\d{1,12}$/.test(index)) indexes.push(Number(index));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return indexes.sort((a, b) => a - b).map((index) => `${logPath}.tail-${index}`);
}

async function copy(from: Deno.FsFile, to: Deno.FsFile): Promise<void> {
  const buffer = new Uint8Array(COPY_BYTES);
  for (;;) {
    const read = await from.read(buffer);
    if (read === null) return;
    await writeAll(to, buffer.subarray(0, read));
  }
}

/** Writes all of the bytes where a file stands. @throws whatever the file system says */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
}
