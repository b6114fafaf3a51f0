import { schedulerText, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type ServerClient, ServerError } from "../server/mod.ts";
import { sleep } from "../util/mod.ts";

/** The Server marks an agent offline after 60 s; three beats fit into that. */
const BEAT_EVERY_MS = 20_000;
/** After a failure, often enough that a short cut costs no lease. */
const AFTER_FAILURE_MS = 4_000;
/** After a 429: the Server's Retry-After of 60 s would mark the agent offline. */
const AFTER_429_MS = 2_000;
/** A silence after which the Server may have handed the tasks back. */
const SILENCE_MS = 50_000;

/** The wall clock got ahead of the monotonic one by this: the machine slept. */
const ASLEEP_MS = 5_000;

/** What the heartbeat tells and whom. */
export interface HeartbeatOptions {
  readonly server: ServerClient;
  readonly capacity: number;
  readonly load: () => number;
  readonly log: Logger;
  /** Called after the first beat that is answered, and after each that ends a silence. */
  readonly onContact: () => void;
  /** Called when the machine has slept; a beat follows at once. */
  readonly onWake: () => void;
  /** Called after every beat that was answered. */
  readonly onBeat: (at: number) => void;
  readonly signal: AbortSignal;
}

/** Says every 20 s that the agent lives, whatever else is going on, until the signal. */
export async function heartbeatLoop(options: HeartbeatOptions): Promise<void> {
  const { server, log, onContact, onBeat, signal } = options;
  let lastBeat: Instant | undefined;
  let lastKind: string | undefined;
  while (!signal.aborted) {
    let pause = BEAT_EVERY_MS;
    try {
      await server.heartbeat(beat(options), signal);
      if (lastKind !== undefined || lastBeat === undefined) log.info(schedulerText.serverBack);
      lastKind = undefined;
      const silent = lastBeat === undefined || silence(lastBeat) >= SILENCE_MS;
      lastBeat = instant();
      onBeat(lastBeat.wall);
      if (silent) onContact();
    } catch (error) {
      if (signal.aborted) return;
      const kind = error instanceof ServerError ? error.kind : "unknown";
      if (kind !== lastKind) log.warn(schedulerText.heartbeatFailed({ reason: textOf(error) }));
      lastKind = kind;
      pause = kind === "rate_limited" ? AFTER_429_MS : AFTER_FAILURE_MS;
    }
    if (await nap(pause, signal) === "woke") options.onWake();
  }
}

/** The last word of an agent that goes: it is shown as offline at once. Errors concern nobody now. */
export async function sayOffline(server: ServerClient, capacity: number, load: number) {
  const signal = AbortSignal.timeout(2_000);
  const currentLoad = Math.min(load, capacity);
  await server.heartbeat({
    status: "offline",
    currentLoad,
    capacity,
    availableCapacity: capacity - currentLoad,
  }, signal).catch(() => {});
}

function beat({ load, capacity }: HeartbeatOptions) {
  const currentLoad = Math.min(load(), capacity);
  return {
    status: currentLoad >= capacity ? "busy" as const : "online" as const,
    currentLoad,
    capacity,
    availableCapacity: capacity - currentLoad,
  };
}

interface Instant {
  readonly mono: number;
  readonly wall: number;
}

function instant(): Instant {
  return { mono: performance.now(), wall: Date.now() };
}

/** The monotonic clock stands still while a machine sleeps, the wall clock can jump: the longer. */
function silence(since: Instant): number {
  return Math.max(performance.now() - since.mono, Date.now() - since.wall);
}

/** Sleeps in short steps, so that a machine that was asleep beats within a second of waking. */
async function nap(ms: number, signal: AbortSignal): Promise<"woke" | undefined> {
  const begin = instant();
  while (!signal.aborted && performance.now() - begin.mono < ms) {
    const step = instant();
    await sleep(Math.min(1_000, ms), signal).catch(() => {});
    const asleep = Date.now() - step.wall - (performance.now() - step.mono);
    if (asleep >= ASLEEP_MS) return "woke";
  }
}
