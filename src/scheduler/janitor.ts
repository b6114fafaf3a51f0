import { join } from "@std/path";

import { removeLog } from "../executor/mod.ts";
import { schedulerText, textOf } from "../i18n/mod.ts";
import { type AttemptRow, ENDED } from "../journal/mod.ts";
import { diskUsage, removeWorkspace } from "../workspace/mod.ts";
import type { AttemptRun } from "./attempt_run.ts";
import { bounded } from "./bounded.ts";
import type { Parts } from "./parts.ts";

const HOUR_MS = 3_600_000;
/** How often files are looked at: measuring many workspaces takes a while. */
const FILES_EVERY_MS = 60_000;
/** A folder of other users' files is removed by a container, which takes a while if they are many. */
const FOLDER_MS = 300_000;

/** Removes what nobody needs any more: runs of ended tasks at once, their files by age and size. */
export class Janitor {
  readonly #parts: Parts;
  #lastFiles = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** One round. What cannot be removed now is tried again in the next. */
  async tidy(runs: ReadonlyMap<string, AttemptRun>, signal: AbortSignal): Promise<void> {
    await this.#try(() => this.#removeRuns(runs, signal), signal);
    // A container that cannot be removed must not keep the disk full.
    await this.#try(() => bounded((s) => this.#parts.executor.removeLeftovers(s), signal), signal);
    if (performance.now() - this.#lastFiles < FILES_EVERY_MS) return;
    await this.#try(async () => {
      await this.#removeFiles(runs, signal);
      this.#lastFiles = performance.now();
    }, signal);
  }

  /** What fails or hangs by itself must not keep the rest from its turn. */
  async #try(step: () => Promise<void>, signal: AbortSignal, of?: string): Promise<void> {
    if (signal.aborted) return;
    try {
      await step();
    } catch (error) {
      if (signal.aborted) return;
      const what = of ?? this.#parts.executor.name;
      this.#parts.log.warn(schedulerText.cleanupFailed({ what, reason: textOf(error) }));
    }
  }

  async #removeRuns(runs: ReadonlyMap<string, AttemptRun>, signal: AbortSignal): Promise<void> {
    const { journal, executor, owner } = this.#parts;
    for (const row of journal.unremoved()) {
      await this.#try(
        async () => {
          await bounded((s) => executor.remove(row.runId!, s), signal);
          journal.update(row.id, { runRemoved: true });
        },
        signal,
        row.runId!.slice(0, 12),
      );
    }
    // A create that was broken off can take effect late: no row has the id of that run.
    for (const { taskId, runId } of await bounded((s) => executor.runs(s), signal)) {
      const row = journal.latest(owner, taskId);
      if (!runs.has(taskId) && row && ENDED.includes(row.state)) {
        const remove = () => bounded((s) => executor.remove(runId, s), signal);
        await this.#try(remove, signal, runId.slice(0, 12));
      }
    }
  }

  async #removeFiles(runs: ReadonlyMap<string, AttemptRun>, signal: AbortSignal): Promise<void> {
    const { config, journal } = this.#parts;
    const now = Date.now();
    let kept: { row: AttemptRow; bytes: number }[] = [];
    for (const row of journal.uncleaned()) {
      if (signal.aborted) return;
      if (runs.has(row.taskId) || !this.#mayGo(row)) continue;
      if (now - row.updatedAt >= this.#keepMs(row)) await this.#clean(row, signal);
      else kept.push({ row, bytes: await this.#size(row) });
    }
    const { maxTotalSize } = config.retention;
    if (maxTotalSize === 0) return;
    let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    kept = kept.sort((a, b) => a.row.updatedAt - b.row.updatedAt);
    for (const { row, bytes } of kept) {
      if (total <= maxTotalSize || signal.aborted) return;
      await this.#clean(row, signal);
      total -= bytes;
    }
  }

  /** Only what the Server has in full may go; the rest is its owner's to discard. */
  #mayGo(row: AttemptRow): boolean {
    if (row.discarded) return true;
    if (!ENDED.includes(row.state) || row.state === "undeliverable") return false;
    if (row.report?.status === "cancelled") return true;
    return this.#parts.journal.files(row.id).every((file) => file.fileId !== null);
  }

  #keepMs(row: AttemptRow): number {
    if (row.discarded) return 0;
    const { deliveredHours, failedDays } = this.#parts.config.retention;
    return row.report?.status === "completed"
      ? deliveredHours * HOUR_MS
      : failedDays * 24 * HOUR_MS;
  }

  async #size(row: AttemptRow): Promise<number> {
    const sizes = await Promise.all(
      (await this.#folders(row)).map(async (folder) => (await diskUsage(folder)).bytes),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** All that a task has on disk but its log, folders of earlier attempts included. */
  async #folders({ folder }: AttemptRow): Promise<string[]> {
    const { dataDir } = this.#parts.config.paths;
    const workspaces = join(dataDir, "workspaces");
    const found = [join(dataDir, "spill", folder)];
    for await (const { name } of Deno.readDir(workspaces)) {
      if (name === folder || name.startsWith(`${folder}.old-`)) found.push(join(workspaces, name));
    }
    return found;
  }

  async #clean(row: AttemptRow, signal: AbortSignal): Promise<void> {
    const { executor, journal, log, config } = this.#parts;
    for (const folder of await this.#folders(row)) {
      try {
        const { removed } = await removeWorkspace(folder, { signal });
        if (!removed) await bounded((s) => executor.removeFolder(folder, s), signal, FOLDER_MS);
      } catch (error) {
        const reason = textOf(error);
        return log.warn(schedulerText.cleanupFailed({ what: folder, reason }));
      }
    }
    await removeLog(join(config.paths.dataDir, "logs", `${row.folder}.log`));
    journal.update(row.id, { cleaned: true });
    log.debug(schedulerText.cleaned, { task: row.taskId });
  }
}
