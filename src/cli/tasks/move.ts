import { acquireLock } from "../../daemon/mod.ts";
import { journalPath } from "../../data_folder/mod.ts";
import { cliText, Failure, tasksText } from "../../i18n/mod.ts";
import { openJournal, type Owner } from "../../journal/mod.ts";
import { type App, UsageFailure } from "../app.ts";
import { type DataDirOption, isRegistered, load } from "../load.ts";
import { openIfThere } from "./find_task.ts";

/** The options of `tasks move`. */
export interface MoveOptions extends DataDirOption {
  readonly from?: string;
}

/**
 * Makes the tasks that this service has under another address of its Server those of the configured one.
 * Nobody else may work on the data folder meanwhile.
 *
 * @throws {Failure} when there are none under that address, or an agent is running.
 */
export async function move(app: App, options: MoveOptions): Promise<void> {
  if (!options.from) throw new UsageFailure(tasksText.moveFromMissing);
  const { config, path } = await load(app, options, { "paths.data_dir": options.dataDir });
  if (!isRegistered(config)) throw new UsageFailure(cliText.notRegistered({ path }));
  const { server: { baseUrl }, agent, paths: { dataDir } } = config;
  const serviceId = agent.serviceId!;
  const from = { baseUrl: options.from.trim().replace(/\/+$/, ""), serviceId };
  if (from.baseUrl === baseUrl) throw new UsageFailure(tasksText.moveNowhere({ url: baseUrl }));
  await assertKnown(dataDir, from);
  await using _lock = await acquireLock(dataDir);
  using journal = openJournal(journalPath(dataDir));
  const { moved, open, left } = journal.history.move(from, { baseUrl, serviceId });
  app.print(tasksText.moved({ count: moved, open, url: baseUrl }));
  if (left > 0) app.print(tasksText.movedNot({ count: left, url: from.baseUrl }));
}

/** Looks before the lock is asked for: a wrong address is said even while an agent runs. */
async function assertKnown(dataDir: string, from: Owner): Promise<void> {
  using journal = await openIfThere(dataDir);
  const urls = (journal?.history.owners() ?? []).filter(({ serviceId }) =>
    serviceId === from.serviceId
  )
    .map(({ baseUrl }) => baseUrl);
  if (urls.includes(from.baseUrl)) return;
  throw new Failure(tasksText.nothingToMove({ url: from.baseUrl, known: urls.join(", ") || "-" }));
}
