import { type Clock, SYSTEM_CLOCK } from "./clock.ts";

/**
 * The result of `work`, or undefined when it has none after `ms` milliseconds. `work` is given a
 * signal that is aborted then, and with the outer one; whether it listens to the end of the time does not
 * matter, nobody waits for it any longer.
 * An error of `work` within that time is thrown.
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  { signal, clock = SYSTEM_CLOCK }: {
    /** Aborts the work, too. */
    readonly signal?: AbortSignal;
    readonly clock?: Clock;
  } = {},
): Promise<T | undefined> {
  const over = new AbortController();
  const working = work(signal ? AbortSignal.any([signal, over.signal]) : over.signal);
  working.catch(() => {});
  const time = Promise.withResolvers<undefined>();
  const cancel = clock.after(ms, () => time.resolve(undefined));
  try {
    return await Promise.race([working, time.promise]);
  } finally {
    cancel();
    over.abort();
  }
}
