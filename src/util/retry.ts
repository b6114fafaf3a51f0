/**
 * Calls `attempt` until it succeeds, for as long as it takes.
 *
 * @throws what `wait` throws; the signal's reason
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { signal, wait }: {
    readonly signal: AbortSignal;
    /** Waits until the next try; `failures` is 1 after the first. What it throws ends the tries. */
    readonly wait: (error: unknown, failures: number) => Promise<void>;
  },
): Promise<T> {
  for (let failures = 1;; failures++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      await wait(error, failures);
    }
  }
}
