import { Failure, workspaceText } from "../i18n/mod.ts";
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

/** Most tasks need nothing of the spill folder. */
export async function removeIfEmpty(spill: string): Promise<void> {
  for await (const _ of Deno.readDir(spill)) return;
  // An empty folder that stays does no harm: it goes with the rest of the task.
  await Deno.remove(spill).catch(() => {});
}
