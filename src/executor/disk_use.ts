import fs from "node:fs";
import { promisify } from "node:util";

import type { Engine } from "../docker/mod.ts";
import { LOG_FILES } from "./container_spec.ts";

const statfs = promisify(fs.statfs) as (path: string) => Promise<fs.StatsFs>;

/**
 * Bytes that a container takes on the disk of `dataDir` beside what is mounted into it: its own layer, and
 * the engine's log of it where that may be looked at. 0 where the engine keeps them on another disk; where
 * that cannot be told (an engine in a virtual machine), they count: to see a culprit's growth in vain does
 * less harm than not to see it.
 *
 * @throws {EngineError} when the engine does not say
 */
export async function diskUse(
  engine: Engine,
  id: string,
  { dataDir, signal }: { readonly dataDir: string; readonly signal?: AbortSignal },
): Promise<number> {
  const { rootDir } = await engine.info(signal);
  if (!await mayShareDisk(rootDir, dataDir)) return 0;
  const size = await engine.containerSize(id, signal);
  if (size === undefined) return 0;
  let bytes = size.layer;
  for (let index = 0; index < LOG_FILES; index++) {
    const path = index === 0 ? size.logPath : `${size.logPath}.${index}`;
    bytes += await Deno.lstat(path).then((file) => file.size, () => 0);
  }
  return bytes;
}

/** Folders of one file system have one device number, or, as subvolumes of btrfs, the same room. */
async function mayShareDisk(rootDir: string, dataDir: string): Promise<boolean> {
  try {
    const [root, data] = await Promise.all([Deno.stat(rootDir), Deno.stat(dataDir)]);
    if (root.dev === data.dev) return true;
    const [ofRoot, ofData] = await Promise.all([statfs(rootDir), statfs(dataDir)]);
    return ofRoot.type === ofData.type && ofRoot.blocks === ofData.blocks &&
      ofRoot.bsize === ofData.bsize && ofRoot.files === ofData.files;
  } catch {
    return true;
  }
}
