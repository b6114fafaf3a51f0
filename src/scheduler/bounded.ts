import { Failure, schedulerText } from "../i18n/mod.ts";
import { type Clock, within } from "../util/mod.ts";

/** How long one call to the engine may keep the others waiting. */
const CALL_MS = 30_000;

/** How long a call may take, and by which clock. */
export interface BoundedOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** @default {30000} */
  readonly ms?: number;
}

/**
 * The result of `call`; its signal is aborted when the time is over, and with the outer one.
 *
 * @throws {Failure} when it has none by then.
 */
export async function bounded<T>(
  call: (signal: AbortSignal) => Promise<T>,
  { clock, signal, ms = CALL_MS }: BoundedOptions,
): Promise<T> {
  const work = async (either: AbortSignal) => ({ result: await call(either) });
  const done = await within(ms, work, { clock, signal });
  if (done) return done.result;
  throw new Failure(schedulerText.noAnswerYet({ secs: ms / 1000 }));
}
