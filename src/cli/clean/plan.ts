import { basename, dirname, join } from "@std/path";

import { isOwnEntry, listTaskFiles, TASK_FOLDERS } from "../../data_folder/mod.ts";
import type { FoundRun } from "../../executor/mod.ts";
import type { AttemptSummary, Journal } from "../../journal/mod.ts";
import { mayGo } from "../../scheduler/mod.ts";
import { namesIn } from "../../util/mod.ts";
import { isFolder } from "../there.ts";

/** What is to be looked at. */
export interface PlanOptions {
  readonly dataDir: string;
  /** Undefined where no agent ever ran. */
  readonly journal: Journal | undefined;
  /** The agent's containers; undefined where the engine cannot be asked. */
  readonly runs: readonly FoundRun[] | undefined;
  readonly all: boolean;
  /** Results that the Server does not have go, too; with `all` tasks under way as well. */
  readonly discard: boolean;
}

/** What goes of a data folder, and what stays. */
export interface Plan {
  /** Folders and files that go. */
  readonly paths: readonly string[];
  /** The containers that go. */
  readonly runIds: readonly string[];
  /** The ended tasks whose files go. */
  readonly cleaned: readonly AttemptSummary[];
  /** Tasks of which what the Server does not have is given up. */
  readonly givenUp: readonly AttemptSummary[];
  /** Ids of tasks whose results stay, because the Server does not have them. */
  readonly undelivered: readonly string[];
  /** Ids of tasks that are not at their end, and stay. */
  readonly underWay: readonly string[];
  /** Nothing of the folder is to stay. */
  readonly isWhole: boolean;
}

/** Decides what goes. Nothing is written. */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const { journal, runs, all, discard } = options;
  const open = journal?.listOpen() ?? [];
  const ended = journal?.history.uncleaned() ?? [];
  const undelivered = [
    ...open.filter((row) => row.reportStatus !== null),
    ...ended.filter((row) => row.state !== "in_doubt" && !mayGo(row)),
  ];
  const underWay = [
    ...open.filter((row) => row.reportStatus === null),
    ...ended.filter((row) => row.state === "in_doubt" && !row.discarded),
  ];
  const givenUp = discard ? all ? [...undelivered, ...underWay] : undelivered : [];
  const kept = [...undelivered, ...underWay].filter((row) => !givenUp.includes(row));
  const strays = all && discard ? [] : (runs ?? []).filter((run) => isStray(run, journal));
  const isWhole = all && kept.length === 0 && strays.length === 0;
  const folders = new Set(kept.map((row) => row.folder));
  for (const { workspace } of strays) folders.add(basename(workspace));
  const cleaned = ended.filter((row) => mayGo(row) && !folders.has(row.folder));
  const gone = new Set([...cleaned, ...givenUp].map((row) => row.folder));
  // Without an engine nobody knows whether a folder without a row belongs to a container that runs.
  const goes = (folder: string) => !folders.has(folder) && (runs !== undefined || gone.has(folder));
  return {
    paths: isWhole ? await ownEntries(options.dataDir) : await leftOver(options.dataDir, goes),
    runIds: runIdsOf(options, kept, (run) => isWhole || goes(basename(run.workspace))),
    cleaned,
    givenUp,
    undelivered: undelivered.filter((row) => kept.includes(row)).map((row) => row.taskId),
    underWay: [
      ...underWay.filter((row) => kept.includes(row)).map((row) => row.taskId),
      ...strays.map((run) => run.taskId),
    ],
    isWhole,
  };
}

/** Whether the journal does not know a container: the next start takes it over or reports its task. */
function isStray(run: FoundRun, journal: Journal | undefined): boolean {
  const known = journal?.history.find(run.taskId).find((row) => row.taskId === run.taskId);
  return known === undefined || known.attempt < run.attempt;
}

function runIdsOf(
  { journal, runs }: PlanOptions,
  kept: readonly AttemptSummary[],
  goes: (run: FoundRun) => boolean,
): string[] {
  if (runs === undefined) return [];
  const keptIds = new Set(kept.map((row) => row.id));
  const known = (journal?.history.unremoved() ?? []).filter((row) => !keptIds.has(row.id));
  const found = new Set(runs.map((run) => run.runId));
  return [
    ...runs.filter(goes).map((run) => run.runId),
    // A container that somebody has renamed is found by the id in its row alone.
    ...known.map((row) => row.runId!).filter((runId) => !found.has(runId)),
  ];
}

/** Of tasks all that is in the data folder itself: no link leads out of it. */
async function leftOver(dataDir: string, goes: (folder: string) => boolean): Promise<string[]> {
  const places = new Set<string>();
  for (const name of TASK_FOLDERS) {
    const place = join(dataDir, name);
    if (await isFolder(place)) places.add(place);
  }
  return [...await listTaskFiles(dataDir)]
    .filter(([folder]) => goes(folder))
    .flatMap(([, { folders, logs }]) => [...folders, ...logs])
    .filter((path) => places.has(dirname(path)));
}

/** All that agent-core has made in the folder, but for what its lock needs until the end, and `try`. */
async function ownEntries(dataDir: string): Promise<string[]> {
  return (await namesIn(dataDir)).filter(isOwnEntry).map((name) => join(dataDir, name));
}
