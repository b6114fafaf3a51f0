import { statfs } from "node:fs/promises";

import type { Engine } from "../../docker/mod.ts";
import { traitsOf } from "./engine_traits.ts";

/**
 * Bytes that a container takes on its engine's disk beside what is mounted into it: its own layer, and the
 * engine's log of it where that may be looked at.
 *
 * @throws {EngineError} when the engine does not say
 */
export async function diskUse(engine: Engine, id: string, signal?: AbortSignal): Promise<number> {
  const size = await engine.containerSize(id, signal);
  if (size === undefined) return 0;
  let bytes = size.layer;
  for (let index = 0; index < traitsOf(engine).logFiles; index++) {
    const path = index === 0 ? size.logPath : `${size.logPath}.${index}`;
    bytes += await Deno.lstat(path).then((file) => file.size, () => 0);
  }
  return bytes;
}

/**
 * Whether the engine keeps its containers on the disk of `dataDir`. True where that cannot be told (an engine
 * in a virtual machine): to see a culprit's growth in vain does less harm than not to see it.
 *
 * @throws {EngineError} when the engine does not say where it keeps them
 */
export async function sharesDisk(
  engine: Engine,
  dataDir: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { rootDir } = await engine.info(signal);
  return await mayShareDisk(rootDir, dataDir);
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
