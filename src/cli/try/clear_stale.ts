import { join } from "@std/path";

import type { Executor } from "../../executor/mod.ts";
import { imageText } from "../../i18n/mod.ts";
import { namesIn } from "../../util/mod.ts";
import type { App } from "../app.ts";
import { removeWhole } from "./try_folder.ts";
import { lockPath, takeStaleLocks } from "./try_locks.ts";

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
    if (!await removeWhole(dir, executor)) await Deno.remove(lockPath(dir)).catch(() => {});
  }
}
