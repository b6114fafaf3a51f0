/** One start of an engine, or one boot of a machine: told from others, and from when on. */
export interface Beginning {
  readonly id: string;
  /** Milliseconds since the epoch, by the clock that also dates the runs; unknown on some. */
  readonly since?: number;
}

/** All that is known about the end of a container. */
export interface EndFacts {
  /** Milliseconds since the epoch by the engine's clock. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  /** Ids of the engine's start and the machine's boot when the container was made. */
  readonly engineThen?: string;
  readonly bootThen?: string;
  /** The same now, seen over a connection made after the end. */
  readonly engineNow?: Beginning;
  readonly bootNow?: Beginning;
  /** Does the engine leave containers running when it is restarted itself? */
  readonly liveRestore: boolean;
  /** The engine could not be reached for a while during which the container ended. */
  readonly outage: boolean;
}

/** What the engine writes for a container whose process it did not find again after a crash. */
const NOT_FOUND_AGAIN = 255;
/** What is left of a start that the engine's end has broken off, with live-restore too: 128 + TERM. */
const ENDED_BY_TERM = 143;

/**
 * Did this container end because its engine or its machine went down, so that its exit code says
 * nothing about the task? What engines do, measured on 20.10.24 with a daemon of our own:
 *
 * - TERM to the daemon: it takes no new connection, sends every container TERM and after 10 s KILL, and
 *   meanwhile **answers `wait` and `inspect` on open connections as if nothing were the matter**: code 0
 *   for a program that handles TERM, else 143 or 137, FinishedAt before the daemon's next start. So an
 *   end is believed only after a new connection was answered.
 * - KILL to the daemon: the containers run on. At its next start, before it answers anybody, the daemon
 *   stops them in the same way; FinishedAt lies after that start began.
 * - Both of them with `--live-restore`: the containers run on, `wait` and `logs` are cut (logs as if it
 *   were the end). What ended meanwhile has its true code and FinishedAt after the daemon is back.
 * - Power cut: 255, FinishedAt = the daemon's next start, with or without live-restore.
 *
 * A container that ended by itself while nobody watched, shortly before the engine went down, looks the
 * same as one that was stopped. It counts as lost: half a result is none, and it is run once more only.
 */
export function endedWithEngine(facts: EndFacts): boolean {
  if (isEarlier(facts.bootThen, facts.bootNow, facts)) return true;
  const restarted = facts.engineThen !== undefined && facts.engineNow !== undefined
    ? isEarlier(facts.engineThen, facts.engineNow, facts)
    : facts.outage;
  if (!facts.liveRestore) return restarted;
  // The mark of an engine that kept its containers need not have changed; 255 within an outage has.
  const suspicious = facts.exitCode === NOT_FOUND_AGAIN || facts.exitCode === ENDED_BY_TERM;
  return suspicious && (restarted || facts.outage);
}

/** A container made before a restart and started after it has nothing to do with that restart. */
function isEarlier(
  then: string | undefined,
  now: Beginning | undefined,
  { startedAt, finishedAt }: EndFacts,
): boolean {
  if (then === undefined || now === undefined || then === now.id) return false;
  return now.since === undefined || startedAt < now.since || finishedAt < now.since;
}
