import type { Journal } from "../journal/mod.ts";
import { readIds, writeIds } from "./noted_ids.ts";

/** The fact that tells when a heartbeat was answered last, milliseconds since 1970. */
const LAST_BEAT = "last_heartbeat_at";
/** The fact that tells the same by the Server's clock. */
const LAST_BEAT_THERE = "last_heartbeat_server_at";
/** The fact that names the heartbeat, by its time, after which the Server was told that the agent goes. */
const GOODBYE_AFTER = "offline_after_heartbeat_at";

/** The fact that lists the attempts whose tasks were given to this agent since then: ids as JSON. */
const TAKEN_SINCE = "taken_since_heartbeat";

/** Writes down when a heartbeat was answered, by this machine's clock and the Server's, for the next start. */
export function noteBeat(journal: Journal, at: number, serverAt?: number): void {
  try {
    journal.setFact(LAST_BEAT, String(at));
    if (serverAt !== undefined) journal.setFact(LAST_BEAT_THERE, String(serverAt));
    writeIds(journal, TAKEN_SINCE, []);
  } catch {
    // No heartbeat fails for want of room on the disk.
  }
}

/** Writes down that the Server is about to give an attempt's task to this agent, be it once more. */
export function noteTaking(journal: Journal, id: number): void {
  try {
    writeIds(journal, TAKEN_SINCE, [...new Set([...takenSinceBeat(journal), id])]);
  } catch {
    // No task waits for want of room on the disk.
  }
}

/**
 * The attempts whose tasks this agent has asked for since its last answered heartbeat. To the Server, which
 * looks for agents that fall silent, one that was silent before is none: it does not take these back.
 */
export function takenSinceBeat(journal: Journal): number[] {
  return readIds(journal, TAKEN_SINCE);
}

/**
 * The disk has been full: heartbeats may have been answered that there was no room to write down. Better a
 * task that runs once more for that than one that is given up and never ends.
 */
export function noteFullDisk(journal: Journal, now: number): void {
  if (journal.fact(LAST_BEAT) === undefined) return;
  try {
    // What was taken since is left as it is: none of those heartbeats may have been answered.
    journal.setFact(LAST_BEAT, String(now));
  } catch {
    // No start fails for want of room on the disk.
  }
}

/** Writes down that the Server has heard that the agent goes. */
export function noteGoodbye(journal: Journal): void {
  const beat = journal.fact(LAST_BEAT);
  if (beat !== undefined) journal.setFact(GOODBYE_AFTER, beat);
}

/** When a heartbeat was answered last, by this machine's clock; undefined where none ever was. */
export function lastBeat(journal: Journal): number | undefined {
  const beat = journal.fact(LAST_BEAT);
  return beat === undefined ? undefined : Number(beat);
}

/** The same by the Server's clock, which nobody sets here; undefined where it has never told its time. */
export function lastBeatThere(journal: Journal): number | undefined {
  const beat = journal.fact(LAST_BEAT_THERE);
  return beat === undefined ? undefined : Number(beat);
}

/** Whether the last that the Server has heard was that the agent goes. */
export function saidGoodbye(journal: Journal): boolean {
  const beat = journal.fact(LAST_BEAT);
  return beat !== undefined && journal.fact(GOODBYE_AFTER) === beat;
}
