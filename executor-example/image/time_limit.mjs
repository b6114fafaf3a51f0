import { Failed } from "./failures.mjs";

/**
 * The time limit of `TIMEOUT` (seconds; 0 or nothing: none), kept a little early, so that what there is
 * is saved before the container is stopped: a tenth of it, between 2 and 30 seconds. A SIGTERM (the
 * container is being stopped) counts as its end.
 */
export function timeLimit(timeout) {
  const seconds = Number(timeout ?? 0);
  const limited = Number.isFinite(seconds) && seconds > 0;
  const early = Math.min(30, Math.max(2, seconds / 10));
  const ms = limited ? Math.max(1_000, (seconds - early) * 1_000 - performance.now()) : Infinity;
  const controller = new AbortController();
  const limit = {
    signal: controller.signal,
    reason: undefined,
    secondsLeft: () => limited ? (ms - (performance.now() - begin)) / 1_000 : Infinity,
    clear: () => clearTimeout(timer),
  };
  const stop = (failure) => {
    limit.reason ??= failure;
    controller.abort(limit.reason);
  };
  const begin = performance.now();
  const timer = limited
    ? setTimeout(() => stop(new Failed("timeout", { seconds })), ms)
    : undefined;
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => stop(new Failed("stopped", { signal })));
  }
  return limit;
}
