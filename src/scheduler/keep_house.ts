import { textOf } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import type { Attempt } from "./task/attempt.ts";
import { bounded } from "./bounded.ts";
import type { DiskWatch } from "./disk_watch.ts";
import type { Janitor } from "./janitor.ts";
import type { Obstacles } from "./obstacles.ts";
import type { Deps } from "./deps.ts";
import { adoptStrays } from "./recovery.ts";

/** How often the house is kept: runs and files of ended tasks, the disk, the engine. */
const HOUSE_EVERY_MS = 15_000;

/** What {@linkcode keepHouse} looks after. */
export interface House {
  readonly deps: Deps;
  readonly janitor: Janitor;
  readonly disk: DiskWatch;
  readonly obstacles: Obstacles;
  /** Those under way, by task. */
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** Those of them that occupy a slot. */
  readonly holding: ReadonlySet<Attempt>;
  /** Lets a run that the journal did not know go its way. */
  readonly go: (row: AttemptRow) => void;
  /** Called when every container of this agent is known. */
  readonly onAdopted: () => void;
  readonly signal: AbortSignal;
}

/**
 * Adopts what an earlier process left, then cleans up now and then; looks at the disk and at what keeps
 * tasks from being taken beside it, since the engine can keep a removal waiting.
 */
export async function keepHouse(house: House): Promise<void> {
  const { deps, janitor, obstacles, attempts, go, onAdopted, signal } = house;
  const { clock } = deps;
  const clean = async () => {
    await adoptStrays(deps, attempts, go, signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
    onAdopted();
    await again(() => janitor.tidy(attempts, signal), house);
  };
  await Promise.all([
    clean(),
    again(() => makeRoom(house), house),
    again(() => bounded((s) => obstacles.look(s), { clock, signal }).catch(() => {}), house),
  ]);
}

async function again(look: () => Promise<void>, { deps, signal }: House): Promise<void> {
  while (!signal.aborted) {
    await look().catch((error) => {
      if (!signal.aborted) deps.log.warn(textOf(error));
    });
    await deps.clock.sleep(HOUSE_EVERY_MS, signal).catch(() => {});
  }
}

async function makeRoom({ disk, holding, signal }: House): Promise<void> {
  for (const attempt of await disk.look([...holding], signal)) attempt.makeRoom();
}
