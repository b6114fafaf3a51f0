import { join } from "node:path";

import { taskPaths } from "../../src/data_folder/mod.ts";
import type { OutputFile } from "../../src/workspace/mod.ts";
import { REAL } from "./real_files.ts";
import { openNumbers } from "./node_files.ts";
import type { Lab } from "./lab.ts";
import type { Watch } from "./watch.ts";

/** What is made beside a file while it is written. */
const UNFINISHED = /\.(?:tmp|part|new|tail-\d+)$/;

/** Nothing may be left once all is delivered and the agent has gone. */
export function lookForLeftovers({ host, life }: Lab, watch: Watch): void {
  if (life) watch.fail("the agent did not go after its drain");
  const containers = host.engine.memory.containers.map(({ options }) => options.attempt.taskId);
  if (containers.length > 0) watch.fail(`containers are left: ${containers}`);
  const odd = REAL.readdirSync(host.dataDir, { recursive: true }).map(String)
    .filter((name) => UNFINISHED.test(name) && !name.startsWith("workspaces/"));
  if (odd.length > 0) watch.fail(`files are left: ${odd}`);
  if (openNumbers() > 0) watch.fail(`${openNumbers()} files are open still`);
}

/**
 * What the Server would never take is to be kept until its owner has seen it.
 *
 * @param mayBeGone what is left of a task may have been cleaned up already
 * @returns what is not kept
 */
export function lostFiles(
  { host, life }: Lab,
  mayBeGone: (taskId: string) => boolean,
): string | undefined {
  const { journal } = life ?? {};
  for (const row of journal?.history.unsettled() ?? []) {
    if (mayBeGone(row.taskId)) continue;
    const { workspace, spill } = taskPaths(host.dataDir, row.folder);
    for (const { name, source } of journal!.files(row.id)) {
      if (source === null) continue;
      const from = (source as OutputFile).source;
      const kept = from.kind === "spill" ? join(spill, from.file) : join(workspace, from.path);
      if (!REAL.existsSync(kept)) return `${row.taskId}: ${name} is neither sent nor kept`;
    }
  }
}
