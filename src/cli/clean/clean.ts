import { ConfigFailure } from "../../config/mod.ts";
import { acquireLock } from "../../daemon/mod.ts";
import {
  agentIdPath,
  daemonFiles,
  isRecord,
  journalPath,
  triesFolder,
} from "../../data_folder/mod.ts";
import { cleanText, Failure } from "../../i18n/mod.ts";
import { type Journal, openJournal } from "../../journal/mod.ts";
import { namesIn } from "../../util/mod.ts";
import { type App, EXIT, UsageFailure } from "../app.ts";
import { type DataDirOption, load, loadDefaults, type Loaded } from "../load.ts";
import { openTerminal } from "../terminal/open_terminal.ts";
import { shownBytes } from "../terminal/shown_bytes.ts";
import { isThere } from "../there.ts";
import { makePlan, type Plan } from "./plan.ts";
import { removeAll, type Removed, sizeOf } from "./remove.ts";
import { openTools, type Tools, UNABORTED } from "./tools.ts";
import { findTries, type Tries } from "./tries.ts";

/** The options of `clean`. */
export interface CleanOptions extends DataDirOption {
  readonly all?: boolean;
  readonly discardUndelivered?: boolean;
  readonly yes?: boolean;
}

/**
 * Removes what a data folder has left over: files and containers of tasks that have ended or that nobody
 * knows, and of tries; with `--all` everything. What the Server does not have stays, unless it is given
 * up. Nobody else may work on the folder meanwhile, and no link is followed out of it.
 *
 * @throws {Failure} when an agent is running, or nobody agrees.
 */
export async function clean(app: App, options: CleanOptions): Promise<void> {
  const { config, path } = await loadFor(app, options);
  const { dataDir } = config.paths;
  const isAgents = await isThere(agentIdPath(dataDir)) ||
    await isThere(journalPath(dataDir));
  if (!isAgents && !await isThere(triesFolder(dataDir))) {
    return app.print(cleanText.nothing({ dataDir }));
  }
  const all = options.all ?? false;
  let isEmptied: boolean;
  {
    await using _lock = await acquireLock(dataDir);
    await using tools = await openTools(app, options, { config, configPath: path });
    isEmptied = await cleanLocked({ app, options, dataDir, tools, all });
  }
  if (isEmptied || !isAgents) await removeFolder(app, dataDir);
}

/** With a data folder that is named, an unusable configuration is no hindrance. */
async function loadFor(app: App, options: CleanOptions): Promise<Loaded> {
  const overrides = { "paths.data_dir": options.dataDir };
  try {
    return await load(app, options, overrides);
  } catch (error) {
    if (!(error instanceof ConfigFailure) || options.dataDir === undefined) throw error;
    return await loadDefaults(app, overrides);
  }
}

interface Work {
  readonly app: App;
  readonly options: CleanOptions;
  readonly dataDir: string;
  readonly tools: Tools;
  readonly all: boolean;
}

/** @returns whether nothing of the agent's is to be left in the folder */
async function cleanLocked(work: Work): Promise<boolean> {
  const { app, options, dataDir, tools, all } = work;
  const path = journalPath(dataDir);
  using stack = new DisposableStack();
  const discard = options.discardUndelivered ?? false;
  const journal = await isThere(path) ? open(path, all && discard) : undefined;
  stack.use(journal);
  const runs = await tools.executor?.list(UNABORTED, { ofAnyOwner: true });
  const plan = await makePlan({ dataDir, journal, runs, all, discard });
  using tries = await findTries(triesFolder(dataDir), tools.tryExecutor);
  const paths = [...plan.paths, ...tries.paths];
  const runIds = [...plan.runIds, ...tries.runIds];
  if (all && !tools.executor) throw new Failure(cleanText.engineNeeded({ reason: tools.problem! }));
  let isEmptied = false;
  const isNothing = paths.length + runIds.length + plan.givenUp.length === 0;
  if (isNothing && !plan.isWhole) {
    app.print(cleanText.nothing({ dataDir }));
  } else {
    await agree(work, plan, paths, runIds);
    noteGoing(journal, plan);
    if (plan.isWhole) stack.dispose();
    const removed = await carryOut(work, { paths, runIds });
    if (!plan.isWhole) noteRemoved(journal, plan, removed);
    isEmptied = plan.isWhole && removed.obstacles.length === 0;
  }
  tellKept(work, plan, tries);
  return isEmptied && tries.alive === 0;
}

/** @param mayFail what it holds is given up anyway */
function open(path: string, mayFail: boolean): Journal | undefined {
  try {
    return openJournal(path);
  } catch (error) {
    if (!mayFail) throw error;
  }
}

async function agree(
  { app, options, dataDir }: Work,
  plan: Plan,
  paths: readonly string[],
  runIds: readonly string[],
): Promise<void> {
  if (options.yes) return;
  if (!app.canAsk) throw new UsageFailure(cleanText.yesNeeded);
  let bytes = 0;
  for (const path of paths) bytes += await sizeOf(path);
  const size = shownBytes(bytes);
  const count = { paths: paths.length, containers: runIds.length };
  app.print(
    plan.isWhole
      ? cleanText.wouldEmpty({ dataDir, size })
      : cleanText.would({ dataDir, size, ...count }),
  );
  if (plan.givenUp.length > 0) {
    app.print(cleanText.wouldGiveUp({ tasks: listed(plan.givenUp.map((row) => row.taskId)) }));
  }
  using terminal = openTerminal();
  const answer = (await terminal.line(app.t(cleanText.ask))).trim().toLowerCase();
  const { zh, en } = cleanText.yes;
  if (!["y", en, zh].includes(answer)) throw new Failure(cleanText.notAgreed);
}

/** Written before anything is removed, so that after a crash no agent delivers what is partly gone. */
function noteGoing(journal: Journal | undefined, { cleaned, givenUp, isWhole }: Plan): void {
  if (isWhole) return;
  for (const { id } of cleaned) journal?.history.beginCleaning(id);
  for (const row of givenUp) {
    if (!journal?.history.discard(row.id)) {
      journal?.update(row.id, { state: "undeliverable", discarded: true });
    }
  }
}

async function carryOut(
  { app, tools: { executor, tryExecutor, problem } }: Work,
  { paths, runIds }: { readonly paths: readonly string[]; readonly runIds: readonly string[] },
): Promise<Removed> {
  for (const one of [executor, tryExecutor]) await one?.removeLeftovers(UNABORTED).catch(() => {});
  const removed = await removeAll({
    paths: paths.filter((path) => !isRecord(path)),
    lastPaths: paths.filter(isRecord),
    runIds,
    executor,
  });
  const count = { paths: removed.paths.length, containers: removed.runIds.length };
  app.print(cleanText.done({ ...count, size: shownBytes(removed.bytes) }));
  for (const obstacle of removed.obstacles) app.say(cleanText.notRemoved(obstacle));
  if (removed.obstacles.length > 0) {
    app.exitCode = EXIT.failed;
    if (problem) app.say(cleanText.engineAway({ reason: problem }));
  }
  return removed;
}

function noteRemoved(journal: Journal | undefined, plan: Plan, removed: Removed): void {
  const stuck = removed.obstacles.map(({ what }) => what);
  for (const { id, folder } of [...plan.cleaned, ...plan.givenUp]) {
    if (!stuck.some((path) => path.includes(folder))) journal?.history.clean(id);
  }
  const runs = new Set(removed.runIds);
  for (const { id, runId } of journal?.history.unremoved() ?? []) {
    if (runs.has(runId!)) journal?.update(id, { runRemoved: true });
  }
}

function tellKept({ app, all, tools }: Work, plan: Plan, tries: Tries): void {
  const { undelivered, underWay } = plan;
  if (undelivered.length > 0) {
    app.print(cleanText.keptUndelivered({ count: undelivered.length, tasks: listed(undelivered) }));
  }
  if (underWay.length > 0) {
    app.print(cleanText.keptUnderWay({ count: underWay.length, tasks: listed(underWay) }));
  }
  if (tries.alive > 0) app.print(cleanText.keptTries({ count: tries.alive }));
  if (!tools.executor) app.say(cleanText.engineAway({ reason: tools.problem! }));
  // `--all` was asked for, and something stays.
  if (all && (!plan.isWhole || tries.alive > 0)) app.exitCode = EXIT.failed;
}

/** Removes what the lock needed until now, and the folder itself if nothing of somebody else's is in it. */
async function removeFolder(app: App, dataDir: string): Promise<void> {
  for (const path of [daemonFiles(dataDir).lock, triesFolder(dataDir), dataDir]) {
    await Deno.remove(path).catch(() => {});
  }
  const left = await namesIn(dataDir);
  if (left.length > 0) app.print(cleanText.foreign({ dataDir, names: listed(left) }));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown}, …` : shown;
}
