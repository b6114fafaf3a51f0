/**
 * Makes a function that lets other work of the program go on once 15 ms have passed since it last
 * did: heartbeats must not wait for a million files. It rejects when `signal` is aborted.
 */
export function createBreather(signal?: AbortSignal): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - last < 15) return undefined;
    return new Promise((resolve) =>
      setTimeout(() => {
        last = performance.now();
        resolve();
      })
    );
  };
}
