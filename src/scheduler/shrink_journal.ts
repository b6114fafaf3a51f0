import type { Journal } from "../journal/mod.ts";
import type { Clock } from "../util/mod.ts";

const DAY_MS = 86_400_000;
/** A step holds up the event loop: so many attempts, with reports of up to 1 MiB each, … */
const ATTEMPTS = 32;
/** … or so many pages of 4 KiB take some tens of milliseconds. */
const PAGES = 256;
/** Steps of either kind in one round: the rest of a great clean-up is for the next rounds. */
const STEPS = 200;

/** How {@linkcode shrinkJournal} shrinks. */
export interface ShrinkOptions {
  /** Days for which the journal tells of an ended task; 0: for ever. */
  readonly historyDays: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Drops the attempts that ended too long ago, and gives the journal's free pages back to the disk; in
 * small steps, between which everything else has its turn.
 *
 * @throws the signal's reason.
 */
export async function shrinkJournal(
  journal: Journal,
  { historyDays, clock, signal }: ShrinkOptions,
): Promise<void> {
  const before = clock.wall() - historyDays * DAY_MS;
  if (historyDays > 0) {
    await inSteps(() => journal.history.forgetEnded(before, ATTEMPTS) === ATTEMPTS, clock, signal);
  }
  await inSteps(() => journal.history.giveBack(PAGES) > 0, clock, signal);
}

/** @param step says whether there is more to do */
async function inSteps(step: () => boolean, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let n = 0; n < STEPS && step(); n++) await clock.sleep(0, signal);
}
