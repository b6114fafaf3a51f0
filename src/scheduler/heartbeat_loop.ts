import { schedulerText, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { AFTER_429_MS, type Beat, type ServerClient, ServerError } from "../server/mod.ts";
import { ASLEEP_MS, type Clock, within } from "../util/mod.ts";

/** The Server marks an agent offline after 60 s; three beats fit into that. */
const BEAT_EVERY_MS = 20_000;
/** After a failure, often enough that a short cut costs no lease. */
const AFTER_FAILURE_MS = 4_000;
/** For the last word of an agent that goes, milliseconds. */
const LAST_WORD_MS = 2_000;
/** A silence after which the Server may have handed the tasks back. */
export const SILENCE_MS = 50_000;

/** What the heartbeat tells and whom. */
export interface HeartbeatOptions {
  readonly server: ServerClient;
  /** Tasks that there is room for in all, at least 1, and those that are there. */
  readonly slots: () => { readonly capacity: number; readonly load: number };
  readonly log: Logger;
  /** Called after the first beat that is answered, and after each that ends a silence. */
  readonly onContact: () => void;
  /** Called when the machine has slept; a beat follows at once. */
  readonly onWake: () => void;
  /** Called after every beat that was answered, with this machine's time and the Server's, if it told that. */
  readonly onBeat: (at: number, serverAt: number | undefined) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Says every 20 s that the agent lives, whatever else is going on, until the signal. */
export async function heartbeatLoop(options: HeartbeatOptions): Promise<void> {
  const { server, log, onContact, onBeat, signal, clock } = options;
  let lastBeat: Instant | undefined;
  let lastKind: string | undefined;
  while (!signal.aborted) {
    let pause = BEAT_EVERY_MS;
    try {
      const serverAt = await server.heartbeat(beatOf(options), signal);
      if (lastKind !== undefined || lastBeat === undefined) log.info(schedulerText.serverBack);
      lastKind = undefined;
      const silent = lastBeat === undefined || silence(lastBeat, clock) >= SILENCE_MS;
      lastBeat = { mono: clock.now(), wall: clock.wall() };
      onBeat(lastBeat.wall, serverAt);
      if (silent) onContact();
    } catch (error) {
      if (signal.aborted) return;
      const kind = error instanceof ServerError ? error.kind : "unknown";
      if (kind !== lastKind) log.warn(schedulerText.heartbeatFailed({ reason: textOf(error) }));
      pause = pauseAfter(error, lastKind === undefined);
      lastKind = kind;
    }
    if (await nap(pause, signal, clock) === "woke") options.onWake();
  }
}

/**
 * Milliseconds until the next try. A beat that hung has used up most of the lease already, and often
 * only its connection was dead: the next one, on a new connection, is made at once.
 */
function pauseAfter(error: unknown, first: boolean): number {
  if (!(error instanceof ServerError)) return AFTER_FAILURE_MS;
  if (error.kind === "rate_limited") return AFTER_429_MS;
  return first && error.code === "timeout" ? 0 : AFTER_FAILURE_MS;
}

/**
 * The last word of an agent that goes: it is shown as offline at once, and keeps its tasks. Errors concern
 * nobody now.
 *
 * @returns whether the Server has heard it
 */
export async function sayOffline(
  { server, clock, ...options }: Pick<HeartbeatOptions, "server" | "clock" | "slots">,
): Promise<boolean> {
  const beat: Beat = { ...beatOf(options), status: "offline" };
  const say = (signal: AbortSignal) => server.heartbeat(beat, signal).then(() => true);
  return await within(LAST_WORD_MS, say, { clock }).catch(() => undefined) ?? false;
}

function beatOf({ slots }: Pick<HeartbeatOptions, "slots">): Beat {
  const { capacity, load } = slots();
  const currentLoad = Math.min(load, capacity);
  return {
    status: currentLoad >= capacity ? "busy" : "online",
    currentLoad,
    capacity,
    availableCapacity: capacity - currentLoad,
  };
}

interface Instant {
  readonly mono: number;
  readonly wall: number;
}

/** The monotonic clock stands still while a machine sleeps, the wall clock can jump: the longer. */
function silence(since: Instant, clock: Clock): number {
  return Math.max(clock.now() - since.mono, clock.wall() - since.wall);
}

/**
 * Sleeps in short steps, so that a machine that was asleep beats within a second of waking. What tells it
 * is a step that took too long by the wall clock: some systems' monotonic one goes on in a sleep.
 */
async function nap(ms: number, signal: AbortSignal, clock: Clock): Promise<"woke" | undefined> {
  const begin = clock.now();
  const step = Math.min(1_000, ms);
  while (!signal.aborted && clock.now() - begin < ms) {
    const begun = clock.wall();
    await clock.sleep(step, signal).catch(() => {});
    if (clock.wall() - begun - step >= ASLEEP_MS) return "woke";
  }
}
