import { join } from "@std/path";

import { createLockFile, type HeldLock, tryLock } from "../../daemon/mod.ts";
import type { TryFolder } from "./try_folder.ts";

/** The end of a lock's name; it lies beside the folder that it is for. */
const LOCK = ".lock";

/** Where the lock of a try is whose folder is `dir`. */
export function lockPath(dir: string): string {
  return dir + LOCK;
}

/** Marks a try as alive for as long as this process is, however it ends. */
export async function claimTryFolder({ dir }: TryFolder): Promise<AsyncDisposable> {
  const path = lockPath(dir);
  await createLockFile(path);
  const lock = tryLock(path);
  return {
    async [Symbol.asyncDispose]() {
      lock?.release();
      await Deno.remove(path).catch(() => {});
    },
  };
}

/** The tries in a folder that have a lock, by name. Disposing it lets go of those that were free. */
export interface TryLocks extends Disposable {
  /** Their processes were killed. Their locks are held, so that nobody else clears them as well. */
  readonly stale: ReadonlySet<string>;
  /** They are under way. */
  readonly alive: ReadonlySet<string>;
}

/** Takes every lock among `names`, the entries of `folder`, that no try under way holds. */
export function takeStaleLocks(folder: string, names: readonly string[]): TryLocks {
  const held: HeldLock[] = [];
  const stale = new Set<string>();
  const alive = new Set<string>();
  for (const name of names) {
    if (!name.endsWith(LOCK)) continue;
    const lock = tryLock(join(folder, name));
    if (lock) held.push(lock);
    (lock ? stale : alive).add(name.slice(0, -LOCK.length));
  }
  return { stale, alive, [Symbol.dispose]: () => held.forEach((lock) => lock.release()) };
}
