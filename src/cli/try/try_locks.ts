import { join } from "@std/path";

import { createLockFile, type HeldLock, tryLock } from "../../daemon/mod.ts";
import type { Executor } from "../../executor/mod.ts";
import { imageText } from "../../i18n/mod.ts";
import { namesIn } from "../../util/mod.ts";
import type { App } from "../app.ts";
import { removeWhole, type TryFolder } from "./try_folder.ts";

/** The end of a lock's name; it lies beside the folder that it is for. */
const LOCK = ".lock";

/** Marks a try as alive for as long as this process is, however it ends. */
export async function claimTryFolder({ dir }: TryFolder): Promise<AsyncDisposable> {
  const path = dir + LOCK;
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

/**
 * Removes what tries have left whose process was killed: container and folder. A try that is still under way
 * holds its lock; one that was to be kept has none any more.
 */
export async function clearStale(
  app: App,
  folder: string,
  executor: Executor,
  signal: AbortSignal,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  using locks = takeStaleLocks(folder, await namesIn(folder));
  const { stale, alive } = locks;
  if (stale.size === 0) return;
  for (const taskId of stale) app.say(imageText.tryClearing({ taskId }));
  for (const { taskId, runId } of await executor.list(signal)) {
    if (stale.has(taskId)) await executor.remove(runId, signal);
  }
  if (alive.size === 0) await executor.removeLeftovers(signal);
  for (const taskId of stale) {
    const dir = join(folder, taskId);
    if (!await removeWhole(dir, executor)) await Deno.remove(dir + LOCK).catch(() => {});
  }
}
