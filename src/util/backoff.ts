/**
 * Milliseconds to wait before try number `attempt` + 1 (`attempt` = 1 after the first failure): the
 * bound doubles each time, and the wait lies anywhere in its upper half, so that agents that failed
 * together do not come back together.
 */
export function backoff(
  attempt: number,
  { baseMs = 1000, maxMs = 300_000, random = Math.random }: {
    /** Upper bound of the first wait in milliseconds. @default {1000} */
    readonly baseMs?: number;
    /** Upper bound of every wait in milliseconds. @default {300000} */
    readonly maxMs?: number;
    /** A number in [0, 1), for tests. @default {Math.random} */
    readonly random?: () => number;
  } = {},
): number {
  const bound = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return bound * (0.5 + random() / 2);
}
