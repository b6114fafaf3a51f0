import type { AttemptRow, Journal, State } from "../journal/mod.ts";
import { lastBeat, lastBeatThere, saidGoodbye, takenSinceBeat } from "./contact.ts";
import { readIds, writeIds } from "./noted_ids.ts";

/**
 * After so long without a heartbeat or a goodbye the Server has handed all tasks back or ended them,
 * milliseconds. It does so after one minute: the rest is for clocks that are not quite right.
 */
const GIVEN_AWAY_MS = 10 * 60_000;
/** The states from which a program may be started anew. */
const STARTABLE: readonly State[] = ["accepting", "accepted", "prepared", "created", "running"];
/** The fact that lists such attempts until the Server is asked for them: ids as JSON. */
const MAYBE_ENDED = "maybe_ended";

/** The rows of which a refused accept says that they have ended, until the Server has been asked for them. */
export interface MaybeEnded {
  readonly ids: ReadonlySet<number>;
  /** Those that nothing says it of but this machine's clock. */
  readonly byClock: readonly number[];
  /** When the Server was heard last, by its own clock. */
  readonly seenAt: number | undefined;
}

/**
 * The attempts of which a refused accept says that they have ended, where in any other start it says
 * nothing: the Server has given them away, so that what is not handed out now was ended meanwhile. It is
 * so with a data folder that was put back from a backup. They are written down: a heartbeat that is
 * answered now must not make a start after a crash forget them.
 *
 * The silence is measured on this machine's clock. Set back, it makes a task of a backup run again; set forward
 * by more than ten minutes, it makes a short silence look long, which {@linkcode judgeSilence} finds out.
 *
 * @param rows what is under way
 * @param now milliseconds since 1970
 */
export function findMaybeEnded(
  journal: Journal,
  rows: readonly AttemptRow[],
  now: number,
): MaybeEnded {
  const listed = new Set(readIds(journal, MAYBE_ENDED));
  const beat = lastBeat(journal);
  const isGivenAway = beat !== undefined && now - beat > GIVEN_AWAY_MS && !saidGoodbye(journal);
  const held = new Set(takenSinceBeat(journal));
  const isMaybe = (id: number) => listed.has(id) || isGivenAway && !held.has(id);
  const ids = rows
    .filter(({ id, state }) => STARTABLE.includes(state) && isMaybe(id))
    .map(({ id }) => id);
  writeIds(journal, MAYBE_ENDED, ids.filter((id) => listed.has(id)));
  return {
    ids: new Set(ids),
    byClock: ids.filter((id) => !listed.has(id)),
    seenAt: lastBeatThere(journal),
  };
}

/**
 * Decides about what only this machine's clock has said, by the Server's own. To be called with the first
 * heartbeat that is answered, before that is written down: what it does not take back stays so over a crash.
 *
 * @param serverAt the Server's time; undefined where it does not tell that
 * @param open the rows of which it is not known yet whether they have ended
 * @returns those of them that have not ended
 */
export function judgeSilence(
  journal: Journal,
  { byClock, seenAt }: MaybeEnded,
  { serverAt, open }: { readonly serverAt: number | undefined; readonly open: readonly number[] },
): readonly number[] {
  const ids = byClock.filter((id) => open.includes(id));
  const silence = (serverAt ?? Infinity) - (seenAt ?? -Infinity);
  if (silence <= GIVEN_AWAY_MS) return ids;
  // A poll may have had one asked for already.
  const asked = new Set(takenSinceBeat(journal));
  const unasked = ids.filter((id) => !asked.has(id));
  writeIds(journal, MAYBE_ENDED, [...readIds(journal, MAYBE_ENDED), ...unasked]);
  return [];
}

/** To be called before the Server is asked for one: from then on a refusal may be its own doing. */
export function noteAsked(journal: Journal, id: number): void {
  writeIds(journal, MAYBE_ENDED, readIds(journal, MAYBE_ENDED).filter((listed) => listed !== id));
}
