/** Time, timers and chance, as everything that goes on for months is given them; another one in tests. */
export interface Clock {
  /** Milliseconds on the monotonic clock. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /**
   * Milliseconds since the machine was started, its sleep included: unlike {@linkcode wall} nobody sets it, and
   * unlike {@linkcode now} it goes on over a restart of the program. To the second.
   */
  uptime(): number;
  /** Waits `ms` milliseconds. Rejects with the signal's reason as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `then` after `ms` milliseconds. @returns what calls that off */
  after(ms: number, then: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}

/** The longest wait that a timer takes: a longer one would fire at once. Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's own clocks, and chance. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  uptime: () => Deno.osUptime() * 1000,
  sleep,
  after(ms, then) {
    const id = setTimeout(then, Math.min(ms, LONGEST_TIMER));
    return () => clearTimeout(id);
  },
  random: Math.random,
};

/**
 * Waits `ms` milliseconds. Rejects with the signal's reason as soon as `signal` is aborted.
 * The wait counts on the monotonic clock: a changed wall clock neither shortens nor lengthens it.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 || left === ms; left -= LONGEST_TIMER) {
    await sleepOnce(Math.min(left, LONGEST_TIMER), signal);
  }
}

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal!.reason);
    };
    const cancel = SYSTEM_CLOCK.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
