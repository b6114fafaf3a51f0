/** A time limit that can be pushed back, together with somebody else's signal. */
export interface Watchdog extends Disposable {
  /** Aborted by the limit or by the outer signal. */
  readonly signal: AbortSignal;
  /** Did the limit pass? */
  readonly expired: boolean;
  /** Starts the limit anew, from now. */
  touch(): void;
  /** No limit until the next `touch`. */
  rest(): void;
}

/** Starts a limit of `limitMs` milliseconds. Dispose it when the work is done. */
export function watchdog(limitMs: number, outer?: AbortSignal): Watchdog {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let expired = false;
  let disposed = false;
  const onOuter = () => controller.abort(outer?.reason);
  const rest = () => clearTimeout(timer);
  const touch = () => {
    clearTimeout(timer);
    // A stream that is still being cancelled may touch once more.
    if (disposed) return;
    timer = setTimeout(() => {
      expired = true;
      controller.abort(new DOMException("timed out", "TimeoutError"));
    }, limitMs);
  };
  if (outer?.aborted) onOuter();
  else {
    outer?.addEventListener("abort", onOuter, { once: true });
    touch();
  }
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    touch,
    rest,
    [Symbol.dispose]: () => {
      disposed = true;
      clearTimeout(timer);
      outer?.removeEventListener("abort", onOuter);
    },
  };
}
