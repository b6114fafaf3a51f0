import { Failure, schedulerText } from "../i18n/mod.ts";
import { within } from "../util/mod.ts";

/** How long one call to the engine may keep the others waiting. */
const CALL_MS = 30_000;

/**
 * The result of `call`, which gets `ms` milliseconds for it; its signal is aborted then, and with
 * `signal`.
 *
 * @throws {Failure} when it has none by then.
 */
export async function bounded<T>(
  call: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  ms = CALL_MS,
): Promise<T> {
  const done = await within(ms, async (either) => ({ result: await call(either) }), signal);
  if (done) return done.result;
  throw new Failure(schedulerText.noAnswerYet({ secs: ms / 1000 }));
}
