import { dirname, join, resolve } from "@std/path";

import type { Config } from "../../config/mod.ts";
import { folderName, spillFolder, taskPaths, triesFolder } from "../../data_folder/mod.ts";
import type { Executor } from "../../executor/mod.ts";
import { Failure, imageText, type Text, textOf } from "../../i18n/mod.ts";
import { removeWorkspace } from "../../workspace/mod.ts";
import { type App, configPath, type GlobalOptions } from "../app.ts";
import { load, loadDefaults } from "../load.ts";
import { isThere } from "../there.ts";

/** The options of `try`. */
export interface TryOptions extends GlobalOptions {
  readonly image?: string;
  readonly prompt?: string;
  readonly task?: string;
  readonly outputPrompt?: string;
  readonly input?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly promote?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** The folder of one try: a data folder of its own, so that no agent's is touched. */
export interface TryFolder {
  readonly taskId: string;
  readonly dir: string;
  readonly workspace: string;
  readonly log: string;
  readonly spill: string;
}

/** The configuration that a try uses, and where it happens. */
export interface TrySetup {
  readonly config: Config;
  /** Where the configuration is, or would be. */
  readonly path: string;
  readonly folder: TryFolder;
}

/**
 * Loads the configuration that `run` would use; where there is none and none was named, the defaults
 * count. The folder is `try/` in the data folder.
 */
export async function setUpTry(app: App, options: TryOptions): Promise<TrySetup> {
  const path = configPath(app, options);
  const { config } = await load(app, options, { "executor.image": options.image }).catch(
    async (error) => {
      const named = options.config !== undefined || app.env.AGENT_CORE_CONFIG;
      if (named || await isThere(path)) throw error;
      return await loadDefaults(app, {
        "executor.image": options.image,
        "paths.data_dir": app.env.AGENT_CORE_PATHS_DATA_DIR || resolve(dirname(path), "data"),
      });
    },
  );
  const taskId = `try-${crypto.randomUUID().slice(0, 8)}`;
  return {
    config,
    path,
    folder: tryFolderAt(join(triesFolder(config.paths.dataDir), taskId), taskId),
  };
}

function tryFolderAt(dir: string, taskId: string): TryFolder {
  const { workspace, log } = taskPaths(dir, folderName(taskId));
  return { taskId, dir, workspace, log, spill: spillFolder(dir) };
}

/** Moves a finished try to `try/last`, in place of the one before. @returns where it is now */
export async function keepAsLast(folder: TryFolder, executor: Executor): Promise<TryFolder> {
  const last = join(dirname(folder.dir), "last");
  const obstacle = await removeWhole(last, executor);
  if (obstacle) throw new Failure(imageText.tryCannotRemove({ folder: last, reason: obstacle }));
  await Deno.rename(folder.dir, last);
  return tryFolderAt(last, folder.taskId);
}

/** What the container's user owns is removed by a container. @returns why something is still there */
export async function removeWhole(folder: string, executor?: Executor): Promise<Text | undefined> {
  const { removed, obstacle } = await removeWorkspace(folder);
  if (removed || !executor) return obstacle;
  try {
    await executor.removeFolder(folder);
    return undefined;
  } catch (error) {
    return obstacle ?? textOf(error);
  }
}
