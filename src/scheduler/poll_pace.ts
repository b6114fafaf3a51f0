/** What the pace of polling depends on. Times are milliseconds on one monotonic clock. */
export interface PollMood {
  readonly pollIntervalSecs: number;
  readonly now: number;
  /** When a task was last accepted or completed. */
  readonly lastActivity?: number;
  /** The last answer was a task that was taken, and a slot is free. */
  readonly more: boolean;
}

const LIVELY_MS = 60_000;
const LIVELY_FACTOR = 5;
const FASTEST_MS = 1_000;

/**
 * Milliseconds until the next poll: none while tasks keep coming and there is room; a fifth of the
 * interval (at least a second) for a minute after any accept or completion, because whoever has just
 * sent or received a task often sends the next; the interval otherwise.
 */
export function pollDelay({ pollIntervalSecs, now, lastActivity, more }: PollMood): number {
  if (more) return 0;
  const interval = pollIntervalSecs * 1000;
  const lively = lastActivity !== undefined && now - lastActivity < LIVELY_MS;
  return lively ? Math.min(interval, Math.max(FASTEST_MS, interval / LIVELY_FACTOR)) : interval;
}
