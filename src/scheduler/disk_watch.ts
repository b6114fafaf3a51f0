import type { Config } from "../config/mod.ts";
import { schedulerText, type Text } from "../i18n/mod.ts";
import { diskUsage, freeInodes, freeSpace, MIN_INODES } from "../workspace/mod.ts";
import type { AttemptRun } from "./attempt_run.ts";

/** Watches the disk that the data folder is on. */
export class DiskWatch {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  /** Why no new task may be taken; undefined while there is room. */
  async obstacle(): Promise<Text | undefined> {
    const { minFree } = this.#config.disk;
    const { dataDir } = this.#config.paths;
    if (minFree === 0) return undefined;
    const free = await freeSpace(dataDir);
    if (free < minFree) {
      const [left, least] = [mebibytes(free), mebibytes(minFree)];
      return schedulerText.lowDisk({ path: dataDir, free: left, least });
    }
    const inodes = await freeInodes(dataDir);
    if (inodes === undefined || inodes >= MIN_INODES) return undefined;
    return schedulerText.fewInodes({ path: dataDir, free: inodes, least: MIN_INODES });
  }

  /** Whether somebody has to make room now. */
  async isCritical(): Promise<boolean> {
    return await freeSpace(this.#config.paths.dataDir) < this.#config.disk.criticalFree;
  }

  /** Of several tasks with a container the one whose workspace is the largest. */
  async largest(
    runs: readonly AttemptRun[],
    signal: AbortSignal,
  ): Promise<AttemptRun | undefined> {
    const sized = await Promise.all(
      runs.filter((run) => run.row.state === "running").map(
        async (run) => ({ run, size: (await diskUsage(run.attempt.workspace, { signal })).bytes }),
      ),
    );
    return sized.sort((a, b) => b.size - a.size)[0]?.run;
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
