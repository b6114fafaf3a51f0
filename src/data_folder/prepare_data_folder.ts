import { join } from "@std/path";

import { Failure, journalText } from "../i18n/mod.ts";
import { ensureAgentId } from "./agent_id.ts";
import { logsFolder, TASK_FOLDERS } from "./layout.ts";
import { networkFilesystem } from "./network_filesystem.ts";
import { isBrokenOff, START_CHECK_PREFIX } from "./own_entries.ts";

/**
 * Makes what an agent needs in its data folder, and returns the agent's id: a UUID made once, by which it
 * knows its containers. Call it with the lock held.
 *
 * @throws {Failure} on a network file system, unless `allowNetworkFs` is set.
 */
export async function prepareDataFolder(
  { dataDir, allowNetworkFs }: { readonly dataDir: string; readonly allowNetworkFs: boolean },
): Promise<string> {
  const kind = await networkFilesystem(dataDir);
  // Its locks and caches would break the journal's promise.
  if (kind !== undefined && !allowNetworkFs) {
    throw new Failure(journalText.networkFolder({ path: dataDir, kind }));
  }
  for (const folder of TASK_FOLDERS) {
    await Deno.mkdir(join(dataDir, folder), { recursive: true, mode: 0o700 });
  }
  await removeStartChecks(dataDir);
  await removeUnfinished(dataDir);
  return await ensureAgentId(dataDir);
}

/** Longer than a start check takes, milliseconds; `agent-core doctor` may be making one. */
const START_CHECK_MS = 600_000;

/** Removes the folders of start checks that were killed in the middle. */
async function removeStartChecks(dataDir: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(dataDir)) {
    if (!isDirectory || !name.startsWith(START_CHECK_PREFIX)) continue;
    const path = join(dataDir, name);
    const made = (await Deno.lstat(path).catch(() => undefined))?.mtime?.getTime();
    if (made === undefined || Date.now() - made < START_CHECK_MS) continue;
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

/**
 * Removes the files that an agent was killed over while it wrote them. Nobody else writes them, but for
 * a `stop` that may be marking this very moment.
 */
async function removeUnfinished(dataDir: string): Promise<void> {
  const places: [string, (name: string) => boolean][] = [
    [dataDir, (name) => isBrokenOff(name) && !name.startsWith("agent.stop.")],
    [logsFolder(dataDir), (name) => name.endsWith(".log.state.new")],
  ];
  for (const [folder, isLeftover] of places) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && isLeftover(name)) await Deno.remove(join(folder, name)).catch(() => {});
    }
  }
}
