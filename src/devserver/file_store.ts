import { join } from "@std/path";
import { refuse } from "./refusal.ts";
import type { FileRow, State } from "./state.ts";

/** Where the bytes of a file come from: a field of a form, say. Pieces are valid until the next call. */
export type ByteSource = () => Promise<Uint8Array | undefined>;

/** A file whose bytes have come but which is not in the Server's books yet. */
export interface ReceivedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** What is known of a file before its bytes. */
export interface FileFacts {
  readonly id?: string;
  readonly taskId: string;
  readonly name: string;
  readonly mimeType: string | null;
  readonly createdBy: "client" | "agent";
  /** Told instead of the true size. */
  readonly saidSize?: number | null;
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
   * As {@linkcode receive}, for an agent's upload: beginning one deletes whatever partial uploads the
   * same task has. `finish` says no (500) when another upload has done that to this one.
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

  /** Writes a file into the books. */
  enter(facts: FileFacts, { path, sizeBytes }: ReceivedFile, stored = true): FileRow {
    const { saidSize = sizeBytes, id = crypto.randomUUID(), ...rest } = facts;
    const row: FileRow = { ...rest, id, path, sizeBytes, saidSize, stored, createdAt: Date.now() };
    this.#state.files.set(id, row);
    return row;
  }

  /** The bytes of a file in pieces of 64 KiB. @throws {Refusal} 404 when they are not there */
  async open(row: FileRow): Promise<AsyncIterable<Uint8Array>> {
    if (!row.stored) throw refuse.notFound();
    const found = await Deno.stat(row.path).then(() => true, () => false);
    if (!found) throw refuse.notFound();
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
