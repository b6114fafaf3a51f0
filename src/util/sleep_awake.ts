import { type Clock, SYSTEM_CLOCK } from "./clock.ts";

/** The longest single wait, milliseconds. */
const STEP_MS = 10_000;
/** A wait that took this much too long: the machine slept. Milliseconds. */
export const ASLEEP_MS = 5_000;

/**
 * Waits until the machine has been awake for `ms` milliseconds. Linux and macOS stop the monotonic clock
 * while it sleeps; on Windows that goes on (QueryPerformanceCounter), so what a short wait took far too
 * long is left out. Rejects with the signal's reason as soon as `signal` is aborted.
 */
export async function sleepAwake(
  ms: number,
  { signal, onSlept, clock = SYSTEM_CLOCK }: {
    readonly signal?: AbortSignal;
    /** Hears of every sleep of the machine, in milliseconds. */
    readonly onSlept?: (ms: number) => void;
    readonly clock?: Clock;
  } = {},
): Promise<void> {
  for (let left = ms; left > 0;) {
    const step = Math.min(left, STEP_MS);
    const begun = clock.now();
    await clock.sleep(step, signal);
    const late = clock.now() - begun - step;
    if (late >= ASLEEP_MS) onSlept?.(late);
    left -= late >= ASLEEP_MS ? step : step + late;
  }
}
