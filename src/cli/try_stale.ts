import { join } from "@std/path";

import { createLockFile, type HeldLock, tryLock } from "../daemon/mod.ts";
import type { Executor } from "../executor/mod.ts";
import { imageText } from "../i18n/mod.ts";
import type { App } from "./app.ts";
import { type Bench, removeWhole } from "./try_bench.ts";

/** The end of a lock's name; it lies beside the folder that it is for. */
const LOCK = ".lock";

/** Marks a try as alive for as long as this process is, however it ends. */
export async function claimBench({ dir }: Bench): Promise<AsyncDisposable> {
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
  const stale = new Map<string, HeldLock>();
  let othersAlive = false;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(LOCK)) continue;
    const lock = tryLock(join(folder, name));
    if (lock) stale.set(name.slice(0, -LOCK.length), lock);
    else othersAlive = true;
  }
  if (stale.size === 0) return;
  try {
    for (const taskId of stale.keys()) app.say(imageText.tryClearing({ taskId }));
    for (const { taskId, runId } of await executor.runs(signal)) {
      if (stale.has(taskId)) await executor.remove(runId, signal);
    }
    if (!othersAlive) await executor.removeLeftovers(signal);
    for (const taskId of stale.keys()) {
      if (!await removeWhole(join(folder, taskId), executor)) {
        await Deno.remove(join(folder, taskId + LOCK)).catch(() => {});
      }
    }
  } finally {
    for (const lock of stale.values()) lock.release();
  }
}
