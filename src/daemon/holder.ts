import { daemonFiles } from "../data_folder/mod.ts";
import { identifyProcess } from "./process_identity.ts";
import { writeDurably } from "../util/mod.ts";

/** The process that a data folder's files name. */
export interface Holder {
  readonly pid: number;
}

/**
 * Writes down that this process has the data folder: its number alone in `agent.pid`, where people and
 * scripts look for it, and beside it, in `agent.holder`, what tells it from a later process of that
 * number. Call it with the lock held.
 */
export async function writeHolder(dataDir: string): Promise<void> {
  const files = daemonFiles(dataDir);
  await removeHolder(dataDir);
  const { identity = "" } = await identifyProcess(Deno.pid);
  await writeDurably(files.holder, `${Deno.pid} ${identity}\n`);
  await writeDurably(files.pid, `${Deno.pid}\n`);
}

/** Removes `agent.pid` and `agent.holder`. Call it with the lock held. */
export async function removeHolder(dataDir: string): Promise<void> {
  const files = daemonFiles(dataDir);
  for (const path of [files.pid, files.holder]) await Deno.remove(path).catch(() => {});
}

/**
 * The process that holds the data folder, as far as its files can be believed: undefined when there is
 * no pid file, it holds no number, or the number is dead, a zombie, or another program's by now. Where
 * the system cannot tell processes apart, it is right only while the lock is taken.
 */
export async function readHolder(dataDir: string): Promise<Holder | undefined> {
  const pid = await readPidFile(dataDir);
  if (pid === undefined) return undefined;
  const { alive, identity } = await identifyProcess(pid);
  if (!alive) return undefined;
  if (identity === undefined) return { pid };
  return await writtenHolder(dataDir) === `${pid} ${identity}` ? { pid } : undefined;
}

/** The number in `agent.pid`, whosever it is; undefined where there is none. */
export async function readPidFile(dataDir: string): Promise<number | undefined> {
  const text = await Deno.readTextFile(daemonFiles(dataDir).pid).catch(() => "");
  return /^[1-9]\d{0,9}\s*$/.test(text) ? Number(text) : undefined;
}

/** Whether it was this program that wrote the number into `agent.pid`. */
export async function wroteHolder(dataDir: string, pid: number): Promise<boolean> {
  return (await writtenHolder(dataDir)).split(" ")[0] === String(pid);
}

async function writtenHolder(dataDir: string): Promise<string> {
  return (await Deno.readTextFile(daemonFiles(dataDir).holder).catch(() => "")).trim();
}
