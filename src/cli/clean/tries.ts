import { join } from "@std/path";

import type { Executor } from "../../executor/mod.ts";
import { namesIn } from "../../util/mod.ts";
import { isFolder } from "../there.ts";
import { takeStaleLocks } from "../try/try_locks.ts";
import { UNABORTED } from "./tools.ts";

/** The folder of a try, and the last finished one. */
const TRY = /^(?:last|try-[0-9a-f]{8})$/;

/** What tries have left. Disposing it lets go of their locks. */
export interface Tries extends Disposable {
  readonly paths: readonly string[];
  readonly runIds: readonly string[];
  /** How many are under way. */
  readonly alive: number;
}

/** Looks for what `try` has left in its folder; one that is under way holds its lock. */
export async function findTries(folder: string, executor: Executor | undefined): Promise<Tries> {
  const names = await isFolder(folder) ? await namesIn(folder) : [];
  const locks = takeStaleLocks(folder, names);
  const { alive } = locks;
  const isGone = (name: string) => TRY.test(name) && !alive.has(name);
  const runs = await executor?.list(UNABORTED) ?? [];
  return {
    paths: names.filter((name) => isGone(name.replace(/\.lock$/, "")))
      .map((name) => join(folder, name)),
    runIds: runs.filter(({ taskId }) => !alive.has(taskId)).map(({ runId }) => runId),
    alive: alive.size,
    [Symbol.dispose]: () => locks[Symbol.dispose](),
  };
}
