import { join } from "@std/path";

import { namesIn } from "../util/mod.ts";
import { TASK_FOLDERS } from "./layout.ts";

/** All that a task has on disk, what earlier attempts left included. */
export interface TaskFiles {
  /** Its workspace, those of earlier attempts, its spill folder. */
  readonly folders: readonly string[];
  /** Its log and what is kept beside that. */
  readonly logs: readonly string[];
}

/** The files of every task below a data folder, by the name of the task's folder; three listings. */
export async function listTaskFiles(dataDir: string): Promise<ReadonlyMap<string, TaskFiles>> {
  const found = new Map<string, { readonly folders: string[]; readonly logs: string[] }>();
  for (const place of TASK_FOLDERS) {
    for (const name of await namesIn(join(dataDir, place))) {
      // `ID`, `ID.old-N`, `ID.log`, `ID.log.state` …: no folder's name has a dot in it.
      const folder = name.split(".", 1)[0];
      const files = found.get(folder) ?? { folders: [], logs: [] };
      found.set(folder, files);
      files[place === "logs" ? "logs" : "folders"].push(join(dataDir, place, name));
    }
  }
  return found;
}
