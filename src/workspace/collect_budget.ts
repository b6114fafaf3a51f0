import { type Clock, SYSTEM_CLOCK } from "../util/mod.ts";
import type { OutputLimits } from "./types.ts";

/** What collecting may still take. */
export interface CollectBudget extends Disposable {
  /** Bytes that may still be read. */
  readonly bytesLeft: number;
  /** Whether all of the time is used up. */
  readonly timeOver: boolean;
  /** Aborted when the time is over, and with the signal that was given. */
  readonly signal: AbortSignal;
  /** Takes bytes that are read off what is left. */
  count(bytes: number): void;
}

/** The time of the budget begins now. */
export function createCollectBudget(
  { maxReadSize, maxMinutes }: Pick<OutputLimits, "maxReadSize" | "maxMinutes">,
  { clock = SYSTEM_CLOCK, signal }: { readonly clock?: Clock; readonly signal?: AbortSignal } = {},
): CollectBudget {
  const over = new AbortController();
  const done = new AbortController();
  if (maxMinutes > 0) {
    clock.sleep(maxMinutes * 60_000, done.signal).then(
      () => over.abort(new Error(`Collecting took more than ${maxMinutes} minutes`)),
      () => {},
    );
  }
  let bytesLeft = maxReadSize > 0 ? maxReadSize : Infinity;
  return {
    get bytesLeft() {
      return bytesLeft;
    },
    get timeOver() {
      return over.signal.aborted;
    },
    signal: signal ? AbortSignal.any([signal, over.signal]) : over.signal,
    count: (bytes) => void (bytesLeft -= bytes),
    [Symbol.dispose]: () => done.abort(),
  };
}
