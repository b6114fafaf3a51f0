import { DatabaseSync } from "node:sqlite";

/** A lock that this process has. */
export interface HeldLock {
  release(): void;
}

/** What is held stays reachable: a collected database would let go of its file. */
const held = new Set<DatabaseSync>();

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * Locks a file for this process alone without waiting; undefined when somebody has it. The lock is an
 * exclusive transaction of SQLite on an empty file, and so the operating system's (fcntl, LockFileEx):
 * it ends with the process, however that ends, and no child inherits it. Deno's own `tryLock` is not
 * there in Deno 2.6, and its `lock` waits for ever.
 *
 * On Unix such a lock is lost as soon as this process closes the file, whoever opened it: nothing else
 * here may open it.
 *
 * @throws when the file cannot be opened or the file system knows no locks.
 */
export function tryLock(path: string): HeldLock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = NORMAL; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}

/** Makes the empty file (0600) if it is not there. */
export async function createLockFile(path: string): Promise<void> {
  try {
    // Only a new one is opened: see above.
    (await Deno.open(path, { write: true, createNew: true, mode: 0o600 })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: unknown }).errcode === BUSY ||
    (error instanceof Error && error.message.includes("database is locked"));
}
