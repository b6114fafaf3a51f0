import { join } from "@std/path";

import { type HeldLock, tryLock } from "../../daemon/mod.ts";
import type { Executor } from "../../executor/mod.ts";
import { isFolder, namesIn } from "./entries.ts";

/** The folder of a try, and the last finished one. */
const TRY = /^(?:last|try-[0-9a-f]{8})$/;
const LOCK = ".lock";

/** What tries have left. Disposing it lets go of their locks. */
export interface Tries extends Disposable {
  readonly paths: readonly string[];
  readonly runIds: readonly string[];
  /** How many are under way. */
  readonly alive: number;
}

/** Looks for what `try` has left in its folder; one that is under way holds its lock. */
export async function findTries(
  folder: string,
  executor: Executor | undefined,
  signal: AbortSignal,
): Promise<Tries> {
  const names = await isFolder(folder) ? await namesIn(folder) : [];
  const held: HeldLock[] = [];
  const alive = new Set<string>();
  for (const name of names.filter((name) => name.endsWith(LOCK))) {
    const lock = tryLock(join(folder, name));
    if (lock) held.push(lock);
    else alive.add(name.slice(0, -LOCK.length));
  }
  const isGone = (name: string) => TRY.test(name) && !alive.has(name);
  const runs = await executor?.runs(signal) ?? [];
  return {
    paths: names.filter((name) => isGone(name.replace(/\.lock$/, "")))
      .map((name) => join(folder, name)),
    runIds: runs.filter(({ taskId }) => !alive.has(taskId)).map(({ runId }) => runId),
    alive: alive.size,
    [Symbol.dispose]: () => held.forEach((lock) => lock.release()),
  };
}
