import { join } from "@std/path";

import { Failure, journalText } from "../i18n/mod.ts";
import { isUnfinished, writeDurably } from "../util/mod.ts";
import { ensureReserve, networkFilesystem } from "../workspace/mod.ts";

/** How the name of a start check's folder begins. */
export const START_CHECK_PREFIX = ".start-check-";

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
  for (const folder of ["workspaces", "logs", "spill"]) {
    await Deno.mkdir(join(dataDir, folder), { recursive: true, mode: 0o700 });
  }
  await removeStartChecks(dataDir);
  await removeUnfinished(dataDir);
  ensureReserve(dataDir);
  const path = join(dataDir, "agent.id");
  const found = await Deno.readTextFile(path).catch(() => "");
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  if (UUID.test(found.trim())) return found.trim();
  const id = crypto.randomUUID();
  await writeDurably(path, `${id}\n`);
  return id;
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

/** Whether a file of a data folder is one that an agent-core was killed over while it wrote its own. */
export function isBrokenOff(name: string): boolean {
  return name.startsWith("agent.") && isUnfinished(name);
}

/**
 * Removes the files that an agent was killed over while it wrote them. Nobody else writes them, but for
 * a `stop` that may be marking this very moment.
 */
async function removeUnfinished(dataDir: string): Promise<void> {
  const places: [string, (name: string) => boolean][] = [
    [dataDir, (name) => isBrokenOff(name) && !name.startsWith("agent.stop.")],
    [join(dataDir, "logs"), (name) => name.endsWith(".log.state.new")],
  ];
  for (const [folder, isLeftover] of places) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && isLeftover(name)) await Deno.remove(join(folder, name)).catch(() => {});
    }
  }
}
