import { dirname } from "@std/path";

import { Failure, workspaceText } from "../i18n/mod.ts";
import { syncFolder } from "../util/mod.ts";
import { MachineTrouble } from "./types.ts";
import { removeWorkspace } from "./remove_workspace.ts";
import { notCreated } from "./trouble_of.ts";

/** An empty folder that only the agent may enter. */
export async function prepareSpill(spill: string, signal?: AbortSignal): Promise<void> {
  try {
    const { removed, obstacle, isTrouble } = await removeWorkspace(spill, { signal });
    if (!removed) {
      const words = obstacle ?? workspaceText.cannotRemove({ path: spill, cause: "" });
      throw isTrouble ? new MachineTrouble(words) : new Failure(words);
    }
    await Deno.mkdir(spill, { recursive: true, mode: 0o700 });
  } catch (error) {
    signal?.throwIfAborted();
    throw notCreated(error, spill);
  }
}

/** Puts on the disk what is in it, with itself; most tasks need nothing of it, and it is removed. */
export async function keepSpill(spill: string): Promise<void> {
  for await (const _ of Deno.readDir(spill)) {
    await syncFolder(spill);
    return await syncFolder(dirname(spill));
  }
  // An empty folder that stays does no harm: it goes with the rest of the task.
  await Deno.remove(spill).catch(() => {});
}
