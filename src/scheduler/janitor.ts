import { basename } from "@std/path";

import { journalPath, listTaskFiles, type TaskFiles } from "../data_folder/mod.ts";
import { schedulerText, textOf } from "../i18n/mod.ts";
import { type AttemptSummary, ENDED } from "../journal/mod.ts";
import { freeInodes, freeSpace, MIN_INODES, removeWorkspace } from "../workspace/mod.ts";
import type { Attempt } from "./task/attempt.ts";
import { bounded } from "./bounded.ts";
import { HeldTasks } from "./held_tasks.ts";
import type { Deps } from "./deps.ts";
import { shrinkJournal } from "./shrink_journal.ts";
import { mayGo, sizeOfFiles } from "./task_files.ts";

const HOUR_MS = 3_600_000;
/** Room is made when there is less than this many times what new work needs. */
const EARLY = 1.25;
/** How many tasks in doubt are kept for their owner to decide about, and for how long. */
const MOST_IN_DOUBT = 100;
const IN_DOUBT_MS = 7 * 24 * HOUR_MS;
/** How often files are looked at: measuring many workspaces takes a while. */
const FILES_EVERY_MS = 60_000;
/** A folder of other users' files is removed by a container, which takes a while if they are many. */
const FOLDER_MS = 300_000;

/** An ended task whose files stay for now. */
interface Kept {
  readonly row: AttemptSummary;
  readonly files: TaskFiles;
  readonly bytes: number;
}

/**
 * Removes what nobody needs any more: runs of ended tasks at once, their files by age and size, and what
 * the journal has of them by age.
 */
export class Janitor {
  readonly #deps: Deps;
  readonly #held: HeldTasks;
  #lastFiles = -Infinity;
  /** What the tasks of the last round take on disk, by row. */
  #sizes = new Map<number, { readonly updatedAt: number; readonly bytes: number }>();

  /** @param held what must not be taken back while it is cleaned up, nor cleaned up while it is taken back */
  constructor(deps: Deps, held = new HeldTasks()) {
    this.#deps = deps;
    this.#held = held;
  }

  /** One round. What cannot be removed now is tried again in the next. */
  async tidy(attempts: ReadonlyMap<string, Attempt>, signal: AbortSignal): Promise<void> {
    await this.#try(() => this.#removeRuns(attempts, signal), signal);
    // A container that cannot be removed must not keep the disk full.
    await this.#try(
      () => this.#bounded((s) => this.#deps.executor.removeLeftovers(s), signal),
      signal,
    );
    const isDue = this.#deps.clock.now() - this.#lastFiles >= FILES_EVERY_MS;
    if (!isDue && !await this.#isLow()) return;
    await this.#try(async () => {
      await this.#removeFiles(attempts, signal);
      this.#lastFiles = this.#deps.clock.now();
    }, signal);
    const { clock, journal, config } = this.#deps;
    const { historyDays } = config.retention;
    await this.#try(
      async () => {
        journal.history.pruneInDoubt({ most: MOST_IN_DOUBT, since: clock.wall() - IN_DOUBT_MS });
        await shrinkJournal(journal, { historyDays, clock, signal });
      },
      signal,
      basename(journalPath(config.paths.dataDir)),
    );
  }

  /** What fails or hangs by itself must not keep the rest from its turn. */
  async #try(step: () => Promise<void>, signal: AbortSignal, of?: string): Promise<void> {
    if (signal.aborted) return;
    try {
      await step();
    } catch (error) {
      if (signal.aborted) return;
      const what = of ?? this.#deps.executor.name;
      this.#deps.log.warn(schedulerText.cleanupFailed({ what, reason: textOf(error) }));
    }
  }

  #bounded<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal, ms?: number) {
    return bounded(call, { clock: this.#deps.clock, signal, ms });
  }

  async #removeRuns(attempts: ReadonlyMap<string, Attempt>, signal: AbortSignal): Promise<void> {
    const { journal, executor, owner } = this.#deps;
    for (const { id, runId } of journal.history.unremoved()) {
      await this.#removeRun(runId!, signal, () => journal.update(id, { runRemoved: true }));
    }
    // A create that was broken off can take effect late: no row has the id of that run.
    for (const { taskId, runId } of await this.#bounded((s) => executor.list(s), signal)) {
      const row = journal.latest(owner, taskId);
      const isTheirs = journal.elsewhere(owner, taskId) !== undefined;
      if (!attempts.has(taskId) && row && ENDED.includes(row.state) && !isTheirs) {
        await this.#removeRun(runId, signal);
      }
    }
  }

  async #removeRun(runId: string, signal: AbortSignal, onRemoved?: () => void): Promise<void> {
    const remove = async () => {
      await this.#bounded((s) => this.#deps.executor.remove(runId, s), signal);
      onRemoved?.();
    };
    await this.#try(remove, signal, runId.slice(0, 12));
  }

  async #removeFiles(attempts: ReadonlyMap<string, Attempt>, signal: AbortSignal): Promise<void> {
    const { clock, config, journal } = this.#deps;
    const { maxTotalSize } = config.retention;
    const now = clock.wall();
    const isLow = await this.#isLow();
    const listed = await listTaskFiles(config.paths.dataDir);
    const kept: Kept[] = [];
    for (const row of journal.history.uncleaned()) {
      if (signal.aborted) return;
      if (attempts.has(row.taskId) || !mayGo(row)) continue;
      const files = listed.get(row.folder) ?? { folders: [], logs: [] };
      if (now - row.updatedAt >= this.#keepMs(row)) await this.#clean(row, files, signal);
      else if (maxTotalSize > 0 || isLow) {
        kept.push({ row, files, bytes: await this.#size(row, files, signal) });
      }
    }
    this.#sizes = new Map(
      kept.map(({ row: { id, updatedAt }, bytes }) => [id, { updatedAt, bytes }]),
    );
    let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { row, files, bytes } of kept) {
      if (signal.aborted) return;
      // What the Server has in full makes room before new work is refused.
      const isTooMuch = maxTotalSize > 0 && total > maxTotalSize;
      const makesRoom = isLow && !this.#isPartial(row) && await this.#isLow();
      if (attempts.has(row.taskId) || !isTooMuch && !makesRoom) continue;
      this.#sizes.delete(row.id);
      await this.#clean(row, files, signal);
      total -= bytes;
    }
  }

  /** Whether the Server has refused some of its files. */
  #isPartial({ reportStatus, unsent }: AttemptSummary): boolean {
    return reportStatus !== "cancelled" && unsent;
  }

  /** Whether the disk is about to be an obstacle to new work. */
  async #isLow(): Promise<boolean> {
    const { paths: { dataDir }, disk: { minFree } } = this.#deps.config;
    if (minFree === 0) return false;
    const inodes = await freeInodes(dataDir) ?? Infinity;
    return await freeSpace(dataDir) < EARLY * minFree || inodes < EARLY * MIN_INODES;
  }

  #keepMs(row: AttemptSummary): number {
    // What was begun is gone on with.
    if (row.discarded || row.cleaned) return 0;
    const { deliveredHours, failedDays } = this.#deps.config.retention;
    return row.reportStatus === "completed" && !this.#isPartial(row)
      ? deliveredHours * HOUR_MS
      : failedDays * 24 * HOUR_MS;
  }

  #noteBegun({ id }: AttemptSummary): void {
    try {
      this.#deps.journal.history.beginCleaning(id);
    } catch {
      // On a full disk there may be no room for the note until files have gone.
    }
  }

  /** Measured once: what a task has left does not change any more. */
  async #size(row: AttemptSummary, files: TaskFiles, signal: AbortSignal): Promise<number> {
    const known = this.#sizes.get(row.id);
    if (known?.updatedAt === row.updatedAt) return known.bytes;
    return await sizeOfFiles(files, signal);
  }

  async #clean(
    row: AttemptSummary,
    { folders, logs }: TaskFiles,
    signal: AbortSignal,
  ): Promise<void> {
    const { executor, journal, log } = this.#deps;
    if (this.#held.has(row.taskId)) return;
    using _held = this.#held.hold(row.taskId);
    this.#noteBegun(row);
    for (const folder of folders) {
      try {
        const { removed } = await removeWorkspace(folder, { signal });
        if (!removed) {
          await this.#bounded((s) => executor.removeFolder(folder, s), signal, FOLDER_MS);
        }
      } catch (error) {
        signal.throwIfAborted();
        const reason = textOf(error);
        return log.warn(schedulerText.cleanupFailed({ what: folder, reason }));
      }
    }
    for (const path of logs) {
      await Deno.remove(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
    const isPartial = !row.discarded && this.#isPartial(row);
    journal.history.clean(row.id);
    if (isPartial) return log.warn(schedulerText.cleanedPartial, { task: row.taskId });
    log.debug(schedulerText.cleaned, { task: row.taskId });
  }
}
