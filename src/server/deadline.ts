import type { Clock } from "../util/mod.ts";

/** A limit of time that can be moved, and that ends together with a caller's signal. */
export interface Deadline extends Disposable {
  /** Aborted when the time is over or the caller's signal is. */
  readonly signal: AbortSignal;
  /** The limit that was passed, in milliseconds; undefined as long as none was. */
  readonly passedMs: number | undefined;
  /** From now on `ms` milliseconds are left; Infinity for no limit. */
  allow(ms: number): void;
  /** Ends everything that listens to {@linkcode signal}. */
  abort(reason?: unknown): void;
}

/**
 * Starts a deadline of `ms` milliseconds. Unlike `AbortSignal.any` it leaves nothing behind on a
 * long-lived signal.
 */
export function startDeadline(ms: number, parent: AbortSignal, clock: Clock): Deadline {
  const controller = new AbortController();
  let cancel = () => {};
  let passedMs: number | undefined;
  const onParent = () => controller.abort(parent.reason);
  const allow = (ms: number) => {
    cancel();
    if (ms === Infinity || controller.signal.aborted) return;
    cancel = clock.after(ms, () => {
      passedMs = ms;
      controller.abort(new DOMException("timed out", "TimeoutError"));
    });
  };
  if (parent.aborted) onParent();
  parent.addEventListener("abort", onParent, { once: true });
  allow(ms);
  return {
    signal: controller.signal,
    get passedMs() {
      return passedMs;
    },
    allow,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]() {
      cancel();
      parent.removeEventListener("abort", onParent);
    },
  };
}
