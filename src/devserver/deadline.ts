/** A time limit that can pause. */
export interface Deadline extends Disposable {
  /** Settles when the time is up. */
  readonly passed: Promise<"late">;
  /** Does something whose time does not count. */
  outside<T>(work: () => Promise<T>): Promise<T>;
}

/** Starts a time limit of `ms` milliseconds. */
export function startDeadline(ms: number): Deadline {
  const { promise, resolve } = Promise.withResolvers<"late">();
  let left = ms;
  let since = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    since = performance.now();
    timer = setTimeout(() => resolve("late"), left);
  };
  const halt = () => {
    clearTimeout(timer);
    left = Math.max(0, left - (performance.now() - since));
  };
  run();
  return {
    passed: promise,
    async outside(work) {
      halt();
      try {
        return await work();
      } finally {
        run();
      }
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
