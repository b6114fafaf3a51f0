import { sleep } from "./sleep.ts";

/**
 * The result of `work`, or undefined when it has none after `ms` milliseconds. `work` is given a
 * signal that is aborted then, and with `outer`; whether it listens to the end of the time does not
 * matter, nobody waits for it any longer.
 * An error of `work` within that time is thrown.
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController();
  const working = work(outer ? AbortSignal.any([outer, over.signal]) : over.signal);
  working.catch(() => {});
  const timer = new AbortController();
  const waiting = sleep(ms, timer.signal).then(() => undefined);
  waiting.catch(() => {});
  try {
    return await Promise.race([working, waiting]);
  } finally {
    timer.abort();
    over.abort();
  }
}
