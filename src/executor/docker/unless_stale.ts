import { sleep } from "../../util/mod.ts";

/** A call was broken off because something on the way had forgotten its connection. */
export const STALE = Symbol("stale");

/**
 * Makes a call that may take days without a word, and checks now and then whether its connection
 * is still worth waiting at: one that a NAT or a virtual machine has forgotten while it slept says nothing any more.
 *
 * @returns {@linkcode STALE} when it was broken off for that.
 */
export async function unlessStale<T>(
  call: (signal: AbortSignal) => Promise<T>,
  { everyMs, isStale, signal }: {
    /** Milliseconds between two checks. */
    readonly everyMs: number;
    /** Whether the answer should have come by now, asked over another connection. Its errors prove nothing. */
    readonly isStale: (signal: AbortSignal) => Promise<boolean>;
    readonly signal: AbortSignal;
  },
): Promise<T | typeof STALE> {
  signal.throwIfAborted();
  const calling = new AbortController();
  const watching = new AbortController();
  // Not AbortSignal.any: the outer signal lives as long as the agent and would keep what it made.
  const onAbort = () => calling.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const watch = async () => {
    for (;;) {
      await sleep(everyMs, watching.signal);
      if (await isStale(watching.signal).catch(() => false)) return calling.abort(STALE);
    }
  };
  watch().catch(() => {});
  try {
    return await call(calling.signal);
  } catch (error) {
    if (calling.signal.reason === STALE) return STALE;
    throw error;
  } finally {
    watching.abort();
    signal.removeEventListener("abort", onAbort);
  }
}
