import type { DayEnd } from "./long_run.ts";

/** By the middle of so many days the longest history that there may be, 30 days, has been full for a while. */
const ENOUGH_DAYS = 90;
/** What may be more in the second half than it ever was in the first: garbage, a busy day. */
const MOST = 1.2;

/** What has grown on and on in a long run; undefined for nothing, and where it was too short to tell. */
export function growth(days: readonly DayEnd[]): string | undefined {
  if (days.length < ENOUGH_DAYS) return undefined;
  const half = days.length / 2;
  for (const what of ["journal", "heap"] as const) {
    const largest = (some: readonly DayEnd[]) => Math.max(...some.map((day) => day[what]));
    const [first, second] = [largest(days.slice(0, half)), largest(days.slice(half))];
    if (second <= MOST * first) continue;
    return `the ${what} has grown from ${first} to ${second} bytes, and does not level off`;
  }
}
