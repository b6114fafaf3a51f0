/** One start of an engine or one boot of a machine, with an id that tells it from others. */
export interface Boot {
  readonly id: string;
  /** Milliseconds since the epoch, by the clock that also dates the runs; unknown on some. */
  readonly since?: number;
  /** Every start has another id. Without this a new id proves a restart, but the same id proves nothing. */
  readonly isCertain?: boolean;
}

/**
 * What an engine's restart does to its containers. `live-restore` is Docker's, whose daemon gives them up
 * only where it has crashed; `separate`: they have never been the engine's children (Podman).
 */
export type Restarts = "end containers" | "live-restore" | "separate";

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
  readonly engineNow?: Boot;
  readonly bootNow?: Boot;
  /** Undefined where the engine would not say. */
  readonly restarts?: Restarts;
  /** It ended behind the engine's back. @default {false} */
  readonly isUnseen?: boolean;
  /** The engine could not be reached for a while during which the container ended. */
  readonly outage: boolean;
  /** It was seen under way, and from then to its end nothing was cut. */
  readonly isWatched: boolean;
  /** What the engine that answers now has seen of the container itself: `start`, `die`; undefined before it is asked. */
  readonly events?: ReadonlySet<string>;
}

/**
 * What an end is worth: `own`: the program's or ours; `lost`: it went down with its engine or machine;
 * `doubtful`: nothing proves either. `ask`: {@linkcode EndFacts.events} decide.
 */
export type EndVerdict = "own" | "lost" | "doubtful" | "ask";

/**
 * With live-restore: 255 is written for a container whose process was not found again after a crash, and
 * 143 (128 + TERM) is left of a start that the engine's end has broken off.
 */
const GIVEN_UP = [255, 143];
/** Exit codes that an engine or machine going down leaves, too: KILL, TERM, process not found again. */
const SUSPICIOUS = [137, 143, 255];

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
 *   were the end). What ended meanwhile has its true code and FinishedAt after the daemon is back;
 *   255 on 26.1.5 and 28.5.2 with a containerd of their own, which goes down with them.
 * - Power cut: 255, FinishedAt = the daemon's next start, with or without live-restore.
 *
 * - Podman (4.3.1 to 5.8.6): its containers run on whatever becomes of it. Those that a reboot or the end of
 *   a user's session has killed have no end at all.
 *
 * A container that ended by itself while nobody watched, shortly before the engine went down, looks the
 * same as one that was stopped. It counts as lost: half a result is none, and it is run once more only.
 *
 * What proves a restart is the mark of {@linkcode Boot}. Where that proves nothing – an engine without
 * a bridge behind a socket that systemd holds, or on another machine – the engine's own memory is asked.
 * An end that nothing accounts for is not run again: it may have been the task's.
 */
export function endVerdict(facts: EndFacts): EndVerdict {
  const { engineThen, engineNow, exitCode, outage, restarts } = facts;
  if (facts.isUnseen || isEarlier(facts.bootThen, facts.bootNow, facts)) return "lost";
  const restarted = isEarlier(engineThen, engineNow, facts);
  switch (restarts) {
    case "separate":
      return outage && SUSPICIOUS.includes(exitCode) ? "doubtful" : "own";
    case "live-restore":
      // The mark of an engine that kept its containers need not have changed.
      return (restarted || outage) && GIVEN_UP.includes(exitCode) ? "lost" : "own";
  }
  if (restarted) return restarts === undefined ? "doubtful" : "lost";
  if (engineThen !== undefined && engineNow?.isCertain) return "own";
  return witnessed(facts);
}

/**
 * The end by what the engine of now has seen of it. It forgets all when it restarts: with the start and
 * the end in its memory it was there throughout. A memory that reaches back to the end alone is enough
 * where somebody watched; a killed daemon's successor ends containers and remembers that.
 */
function witnessed({ events, isWatched }: EndFacts): EndVerdict {
  if (!events) return "ask";
  if (!events.has("die")) return "doubtful";
  return events.has("start") || isWatched ? "own" : "doubtful";
}

/** A container made before a restart and started after it has nothing to do with that restart. */
function isEarlier(
  then: string | undefined,
  now: Boot | undefined,
  { startedAt, finishedAt }: EndFacts,
): boolean {
  if (then === undefined || now === undefined || then === now.id) return false;
  return now.since === undefined || startedAt < now.since || finishedAt < now.since;
}
