/** The longest wait that a timer takes: a longer one would fire at once. Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits `ms` milliseconds. Rejects with the signal's reason as soon as `signal` is aborted.
 * The wait counts on the monotonic clock: a changed wall clock neither shortens nor lengthens it.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 || left === ms; left -= LONGEST_TIMER) {
    await timer(Math.min(left, LONGEST_TIMER), signal);
  }
}

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(id);
      reject(signal!.reason);
    };
    const id = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
