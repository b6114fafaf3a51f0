import { serverText, type Text } from "../i18n/mod.ts";
import { type Logger, SILENT } from "../log/mod.ts";
import { backoff, type Clock, retry, SYSTEM_CLOCK, within } from "../util/mod.ts";
import { AFTER_429_MS } from "./budget_rules.ts";
import type { Connectivity } from "./connectivity.ts";
import { ServerError } from "./server_error.ts";

/** When the Server is back, those who waited for it come within this time. Milliseconds. */
const BACK_WITHIN_MS = 1_000;

/** What is tried again, and for how long. */
export interface RetriedCall {
  readonly signal: AbortSignal;
  /** What is being tried, for the log: "the upload of a.csv". */
  readonly what: Text;
  /** Called with each failure that is followed by another try. */
  readonly onTrouble?: (error: ServerError) => void;
}

/** How tries follow each other. */
export interface RetryPace {
  /** Bound of the first wait in milliseconds. @default {1000} */
  readonly baseMs?: number;
  /** Bound of every wait in milliseconds. @default {300000} */
  readonly maxMs?: number;
}

/** How {@linkcode retrying} tries again. */
export interface RetryingOptions extends RetriedCall, RetryPace {
  readonly log?: Logger;
  /** Ends a wait early when the Server is back after an outage. */
  readonly connectivity?: Connectivity;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
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
  options: RetryingOptions,
): Promise<T> {
  const { signal, what, log = SILENT, onTrouble } = options;
  let outages = 0;
  let kind: string | undefined;
  const wait = async (error: unknown) => {
    if (!isTransient(error)) throw error;
    if (error.kind !== "rate_limited") outages++;
    if (error.kind !== kind) log.warn(serverText.tryingAgain({ what, why: error.text }));
    kind = error.kind;
    onTrouble?.(error);
    await pause(error, outages, options);
  };
  const result = await retry(attempt, { signal, wait });
  if (kind) log.info(serverText.triedWithSuccess({ what }));
  return result;
}

async function pause(error: ServerError, outages: number, options: RetryingOptions) {
  const { signal, connectivity, baseMs, maxMs, clock = SYSTEM_CLOCK } = options;
  if (error.kind === "rate_limited") return await clock.sleep(AFTER_429_MS, signal);
  const ms = backoff(outages, { baseMs, maxMs, random: clock.random });
  if (!connectivity) return await clock.sleep(ms, signal);
  const untilBack = async (either: AbortSignal) => {
    await connectivity.back(either);
    await clock.sleep(Math.min(ms, clock.random() * BACK_WITHIN_MS), either);
  };
  await within(ms, untilBack, { signal, clock });
}
