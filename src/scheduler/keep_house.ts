import { textOf } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import { sleep } from "../util/mod.ts";
import type { AttemptRun } from "./attempt_run.ts";
import type { DiskWatch } from "./disk_watch.ts";
import type { Janitor } from "./janitor.ts";
import type { Obstacles } from "./obstacles.ts";
import type { Parts } from "./parts.ts";
import { adoptStrays } from "./recovery.ts";

/** How often the house is kept: runs and files of ended tasks, the disk, the engine. */
const HOUSE_EVERY_MS = 15_000;

/** What {@linkcode keepHouse} looks after. */
export interface House {
  readonly parts: Parts;
  readonly janitor: Janitor;
  readonly disk: DiskWatch;
  readonly obstacles: Obstacles;
  /** The runs under way, by task. */
  readonly runs: ReadonlyMap<string, AttemptRun>;
  /** Those of them that occupy a slot. */
  readonly holding: ReadonlySet<AttemptRun>;
  /** Lets a run that the journal did not know go its way. */
  readonly go: (row: AttemptRow) => void;
  /** Called when every container of this agent is known. */
  readonly onAdopted: () => void;
  readonly signal: AbortSignal;
}

/** Adopts what an earlier process left, then cleans up and looks at disk and engine now and then. */
export async function keepHouse(house: House): Promise<void> {
  const { parts, janitor, obstacles, runs, go, onAdopted, signal } = house;
  await adoptStrays(parts, runs, go, signal);
  onAdopted();
  while (!signal.aborted) {
    await janitor.tidy(runs, signal);
    await makeRoom(house).catch((error) => parts.log.warn(textOf(error)));
    await obstacles.look(signal).catch(() => {});
    await sleep(HOUSE_EVERY_MS, signal).catch(() => {});
  }
}

async function makeRoom({ disk, holding }: House): Promise<void> {
  if (!await disk.isCritical()) return;
  const largest = await disk.largest([...holding]);
  largest?.end("disk");
}
