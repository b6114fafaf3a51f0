import { schedulerText, type Text } from "../i18n/mod.ts";
import { diskUsage, freeInodes, freeSpace, MIN_INODES } from "../workspace/mod.ts";
import type { Attempt } from "./task/attempt.ts";
import { bounded } from "./bounded.ts";
import { DiskAccount, type DiskVerdict } from "./disk_account.ts";
import type { Deps } from "./deps.ts";
import { sizeOfFiles } from "./task_files.ts";

/** With fewer free inodes somebody has to make room: the default's ratio of critical_free to min_free. */
const CRITICAL_INODES = MIN_INODES / 4;
/** On a disk with room, to measure a run takes no more than this part of the time. */
const MEASURING = 1 / 20;

/** How long the engine may keep the watch waiting, milliseconds. */
const ENGINE_MS = 10_000;

/** What a run takes on the disk of the data folder. */
interface Use {
  readonly bytes: number;
  readonly entries: number;
}

interface Measured {
  readonly use: Use;
  /** Of the bytes, those that the engine keeps. */
  readonly beside: number;
  readonly at: number;
  /** How long that took, milliseconds. */
  readonly took: number;
}

/** Watches the disk that the data folder is on. */
export class DiskWatch {
  readonly #deps: Deps;
  readonly #bytes: DiskAccount<Attempt>;
  readonly #inodes: DiskAccount<Attempt>;
  #measured = new Map<Attempt, Measured>();
  #unexplained: Text | undefined;

  constructor(deps: Deps) {
    const { minFree, criticalFree } = deps.config.disk;
    this.#deps = deps;
    this.#bytes = new DiskAccount({
      low: Math.max(minFree, 2 * criticalFree),
      critical: criticalFree,
    });
    this.#inodes = new DiskAccount({ low: MIN_INODES, critical: CRITICAL_INODES });
  }

  /** Why no new task may be taken; undefined while there is room. */
  async obstacle(): Promise<Text | undefined> {
    const { paths: { dataDir: path }, disk: { minFree } } = this.#deps.config;
    if (this.#unexplained) return this.#unexplained;
    if (minFree === 0) return undefined;
    const { bytes, inodes = Infinity } = await this.#free();
    if (bytes < minFree) {
      const [left, least] = [mebibytes(bytes), mebibytes(minFree)];
      return schedulerText.lowDisk({ path, free: left, least });
    }
    if (inodes >= MIN_INODES) return undefined;
    return schedulerText.fewInodes({ path, free: inodes, least: MIN_INODES });
  }

  /**
   * Looks at what is left, and at what each run takes of it. To be called now and then: what matters is
   * who has taken what since the disk had room.
   *
   * @returns the runs that have to make room now
   */
  async look(runs: readonly Attempt[], signal: AbortSignal): Promise<Attempt[]> {
    const { paths: { dataDir: path }, disk: { criticalFree } } = this.#deps.config;
    if (criticalFree === 0) return [];
    await this.#measure(runs.filter((run) => run.row.state === "running"), signal);
    // After that: what is written meanwhile would count as a loss that nobody explains.
    const free = await this.#free();
    const uses = (of: keyof Use) =>
      new Map([...this.#measured].map(([run, { use }]) => [run, use[of]]));
    const verdicts: DiskVerdict<Attempt>[] = [
      this.#bytes.judge({ free: free.bytes, uses: uses("bytes") }),
      this.#inodes.judge({ free: free.inodes ?? Infinity, uses: uses("entries") }),
    ];
    const inodes = free.inodes === undefined ? "" : `, ${free.inodes} inodes`;
    this.#unexplained = verdicts.includes("unexplained")
      ? schedulerText.unexplainedDisk({ path, free: `${mebibytes(free.bytes)}${inodes}` })
      : undefined;
    return verdicts.flatMap((verdict) => typeof verdict === "object" ? verdict.stop : []);
  }

  /** What is free on the disk of the data folder; no inodes where there is no such limit. */
  async #free() {
    const { dataDir } = this.#deps.config.paths;
    return { bytes: await freeSpace(dataDir), inodes: await freeInodes(dataDir) };
  }

  /** Measures each run anew; on a disk with room only those for which that is not too much work. */
  async #measure(runs: readonly Attempt[], signal: AbortSignal): Promise<void> {
    const { clock, config: { disk: { minFree, criticalFree } } } = this.#deps;
    const { bytes, inodes = Infinity } = await this.#free();
    const isLow = bytes < 2 * Math.max(minFree, 2 * criticalFree) || inodes < 2 * MIN_INODES;
    const pairs = await Promise.all(runs.map(async (run) => {
      const known = this.#measured.get(run);
      const at = clock.now();
      if (known && !isLow && at - known.at < known.took / MEASURING) return [run, known] as const;
      const found = await this.#useOf(run, known?.beside ?? 0, signal);
      return [run, { ...found, at, took: clock.now() - at }] as const;
    }));
    this.#measured = new Map(pairs);
  }

  /** @param before what the engine kept of it when it last said so */
  async #useOf(run: Attempt, before: number, signal: AbortSignal) {
    const { workspace, logPath, runId } = run.forExecutor;
    const tree = await diskUsage(workspace, { signal });
    const log = await sizeOfFiles({ folders: [], logs: [logPath] }, signal);
    const { clock, executor } = this.#deps;
    const ask = (s: AbortSignal) => executor.diskUse(runId!, s);
    const beside = runId === undefined
      ? 0
      : await bounded(ask, { clock, signal, ms: ENGINE_MS }).catch(() => {
        signal.throwIfAborted();
        return before;
      });
    return { use: { bytes: tree.bytes + log + beside, entries: tree.entries }, beside };
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
