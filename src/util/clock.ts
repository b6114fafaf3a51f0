import { sleep } from "./sleep.ts";

/** What a loop that goes on for months knows of time; another one in tests. */
export interface Clock {
  /** Milliseconds on the monotonic clock. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /** Waits `ms` milliseconds. Rejects with the signal's reason as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clocks. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep,
};
