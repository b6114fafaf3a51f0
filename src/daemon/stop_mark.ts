import { daemonFiles } from "../data_folder/mod.ts";
import { writeDurably } from "../util/mod.ts";

/** Longer than a service manager waits before it starts a killed agent anew (launchd: 30 s). */
const VALID_MS = 120_000;

/**
 * Writes down that `agent-core stop` is about to end the process `pid` by a signal, which could as well
 * come from anybody: with this the agent ends as one that was told to.
 */
export async function markStop(dataDir: string, pid: number): Promise<void> {
  await writeDurably(daemonFiles(dataDir).stop, `${pid}\n`);
}

/** Whether the signal that this process got is `agent-core stop`'s. Reads at once: it may be the last chance. */
export function isStopMarked(dataDir: string): boolean {
  try {
    return Number(Deno.readTextFileSync(daemonFiles(dataDir).stop)) === Deno.pid;
  } catch {
    return false;
  }
}

/** Removes the mark; nothing happens when there is none. */
export async function removeStopMark(dataDir: string): Promise<void> {
  await Deno.remove(daemonFiles(dataDir).stop).catch(() => {});
}

/**
 * Removes the mark and says whether there was one of the last two minutes: the agent before this one had
 * to be killed by `agent-core stop`, and a service manager takes that for a crash.
 */
export async function takeStopMark(dataDir: string): Promise<boolean> {
  const written = await Deno.stat(daemonFiles(dataDir).stop).catch(() => undefined);
  await removeStopMark(dataDir);
  const age = Date.now() - (written?.mtime?.getTime() ?? -Infinity);
  return age >= 0 && age < VALID_MS;
}
