import type { DayEnd } from "./long_run.ts";

/** Fewer days tell nothing, and nor do fewer than three histories: by the middle one has been full for a while. */
const FEWEST_DAYS = 12;
const HISTORIES = 3;
/** What may be more in the second half than it ever was in the first: garbage, a busy day. */
const MOST = 1.2;

/** What has grown on and on in a long run; undefined for nothing, and where it was too short to tell. */
export function growth(days: readonly DayEnd[]): string | undefined {
  const history = Math.max(...days.map(({ historyDays }) => historyDays));
  if (days.length < Math.max(FEWEST_DAYS, HISTORIES * history)) return undefined;
  const half = days.length / 2;
  for (const what of ["journal", "heap"] as const) {
    const largest = (some: readonly DayEnd[]) => Math.max(...some.map((day) => day[what]));
    const [first, second] = [largest(days.slice(0, half)), largest(days.slice(half))];
    if (second <= MOST * first) continue;
    return `the ${what} has grown from ${first} to ${second} bytes, and does not level off`;
  }
}
