import { serverText, type Text } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import { backoff, sleep } from "../util/mod.ts";
import type { Connectivity } from "./connectivity.ts";
import { ServerError } from "./server_error.ts";

/** After a 429 heartbeats and completions try again this often (protocol: "Rate limit"). Milliseconds. */
const AFTER_429_MS = 2_000;

/** When the Server is back, those who waited for it come within this time. Milliseconds. */
const BACK_WITHIN_MS = 1_000;

/** How a call is tried again. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  /** What is being tried, for the log: "the upload of a.csv". */
  readonly what: Text;
  readonly log?: Logger;
  /** Ends a wait early when the Server is back after an outage. */
  readonly connectivity?: Connectivity;
  /** Bound of the first wait in milliseconds. @default {1000} */
  readonly baseMs?: number;
  /** Bound of every wait in milliseconds. @default {300000} */
  readonly maxMs?: number;
  /** Called with each failure that is followed by another try. */
  readonly onTrouble?: (error: ServerError) => void;
  /** A number in [0, 1), for tests. @default {Math.random} */
  readonly random?: () => number;
}

/** Is it worth trying again? Not when the Server refused for good, nor for anybody else's error. */
export function isTransient(error: unknown): error is ServerError {
  return error instanceof ServerError && error.kind !== "refused";
}

/**
 * Calls `attempt` until it succeeds, with backoff and jitter through outages and trouble with the
 * credentials, for as long as it takes. What is not transient is thrown at once. The log gets one line
 * when trouble begins or changes its kind and one when it is over, not one a try.
 *
 * @throws {ServerError} a final refusal; any other error of `attempt`; the signal's reason
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { signal, what, log = SILENT, onTrouble } = options;
  let failures = 0;
  let kind: string | undefined;
  while (true) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      if (kind) log.info(serverText.triedWithSuccess({ what }));
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!isTransient(error)) throw error;
      if (error.kind !== "rate_limited") failures++;
      if (error.kind !== kind) log.warn(serverText.tryingAgain({ what, why: error.text }));
      kind = error.kind;
      onTrouble?.(error);
      await pause(error, failures, options);
    }
  }
}

async function pause(error: ServerError, failures: number, options: RetryOptions): Promise<void> {
  const { signal, connectivity, baseMs, maxMs, random = Math.random } = options;
  if (error.kind === "rate_limited") return await sleep(AFTER_429_MS, signal);
  const ms = backoff(failures, { baseMs, maxMs, random });
  if (!connectivity) return await sleep(ms, signal);
  const over = new AbortController();
  const stop = () => over.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const back = connectivity.back(over.signal)
    .then(() => sleep(Math.min(ms, random() * BACK_WITHIN_MS), over.signal));
  // The loser of the race ends by `over`; its rejection concerns nobody.
  back.catch(() => {});
  const wait = sleep(ms, over.signal);
  wait.catch(() => {});
  try {
    await Promise.race([wait, back]);
  } finally {
    signal.removeEventListener("abort", stop);
    over.abort();
  }
}
