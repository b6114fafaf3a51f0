import type { Config } from "../../config/mod.ts";
import { acquireLock } from "../../daemon/mod.ts";
import { journalPath } from "../../data_folder/mod.ts";
import { cliText, Failure } from "../../i18n/mod.ts";
import { openJournal } from "../../journal/mod.ts";
import { infoIfThere } from "../there.ts";

/**
 * Another service's key cannot deliver this one's results: they go first, or are given up by the
 * owner's own word (`discard`). Nobody else may work on the data folder meanwhile.
 *
 * @throws {Failure} when results are undelivered, or an agent is running.
 */
export async function assertNothingUndelivered(config: Config, discard: boolean): Promise<void> {
  const { dataDir } = config.paths;
  const path = journalPath(dataDir);
  if (!await infoIfThere(path)) return;
  await using _lock = await acquireLock(dataDir);
  using journal = openJournal(path);
  const open = journal.open();
  if (open.length === 0) return;
  if (!discard) {
    const tasks = open.slice(0, 5).map((row) => row.taskId).join(", ");
    throw new Failure(cliText.undelivered({ count: open.length, tasks }));
  }
  for (const row of open) journal.update(row.id, { state: "undeliverable", discarded: true });
}
