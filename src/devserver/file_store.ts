import { exists } from "@std/fs";
import { join } from "@std/path";
import { refuse } from "./refusal.ts";
import type { FileRow } from "./records.ts";
import type { State } from "./state.ts";

/** Gives the bytes of a file in pieces, each valid until the next call; undefined at the end. */
export type ByteSource = () => Promise<Uint8Array | undefined>;

/** A file whose bytes are on disk, and which the Server does not list yet. */
export interface ReceivedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** What is known of a file before its bytes have come. */
export interface FileFacts {
  readonly id?: string;
  readonly taskId: string;
  readonly name: string;
  readonly mimeType: string | null;
  readonly createdBy: "client" | "agent";
  /** Told instead of the true size. */
  readonly reportedSize?: number | null;
}

/** Keeps bytes on disk, never more than one piece in memory. */
export class FileStore {
  readonly dir: string;
  readonly #state: State;
  /** Uploads that are under way, or were cut, by task. */
  readonly #partial = new Map<string, Set<string>>();

  constructor(dir: string, state: State) {
    this.dir = dir;
    this.#state = state;
  }

  /**
   * Writes all bytes to a new file. @throws {Refusal} 400 above `most` bytes; what `read` throws. The
   * file is removed then.
   */
  async receive(read: ByteSource, most = Infinity): Promise<ReceivedFile> {
    const path = join(this.dir, crypto.randomUUID());
    let size = 0;
    try {
      using file = await Deno.open(path, { write: true, createNew: true });
      for (let bytes = await read(); bytes; bytes = await read()) {
        size += bytes.length;
        if (size > most) throw refuse.bad(`文件大小超过限制: ${size} > ${most}`);
        for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
      }
    } catch (error) {
      await this.remove(path);
      throw error;
    }
    return { path, sizeBytes: size };
  }

  /**
   * As {@linkcode receive}, for an agent's upload. As on the real Server, one that begins deletes what
   * has come of the task's others; for those `finish` refuses with 500.
   */
  async receiveUpload(
    taskId: string,
    read: ByteSource,
    most: number,
  ): Promise<{ received: ReceivedFile; finish: () => void }> {
    const mark = crypto.randomUUID();
    this.#partial.set(taskId, new Set([mark]));
    const received = await this.receive(read, most);
    const finish = () => {
      if (this.#partial.get(taskId)?.delete(mark)) return;
      throw refuse.internal();
    };
    return { received, finish };
  }

  /** Lists a file from now on. */
  add(facts: FileFacts, { path, sizeBytes }: ReceivedFile, stored = true): FileRow {
    const { reportedSize = sizeBytes, id = crypto.randomUUID(), ...rest } = facts;
    const row: FileRow = {
      ...rest,
      id,
      path,
      sizeBytes,
      reportedSize,
      stored,
      createdAt: Date.now(),
    };
    this.#state.files.set(id, row);
    return row;
  }

  /** The bytes of a file in pieces of 64 KiB. @throws {Refusal} 404 when they are not there */
  async open(row: FileRow): Promise<AsyncIterable<Uint8Array>> {
    if (!row.stored) throw refuse.notFound();
    if (!await exists(row.path)) throw refuse.notFound();
    return pieces(row.path);
  }

  async remove(path: string): Promise<void> {
    await Deno.remove(path).catch(() => {});
  }
}

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(64 * 1024);
  for (let count = await file.read(buffer); count; count = await file.read(buffer)) {
    yield buffer.subarray(0, count);
  }
}
