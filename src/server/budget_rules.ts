/**
 * What a request is for, in the order of right of way:
 * - `heartbeat`: keeps the agent online; always finds room.
 * - `vital`: accept and complete; always find room.
 * - `poll`: one in every 10 s (or poll interval, if longer) goes before transfers, further ones after.
 * - `transfer`: uploads, downloads and lists.
 * - `extra`: a further poll; `poll` becomes this by itself when the last poll is recent.
 */
export type BudgetKind = "heartbeat" | "vital" | "poll" | "transfer" | "extra";

/** A request in the window: from when it was let go until it can no longer be in the Server's window. */
export interface Entry {
  readonly kind: BudgetKind | "unknown";
  /** Undefined while the request is under way: the Server may count it any moment. */
  readonly countedAt: number | undefined;
}

/** The agent's own picture of the Server's window. All times are milliseconds on one monotonic clock. */
export interface Picture {
  readonly entries: readonly Entry[];
  readonly lastPollAt: number;
  /** When the Server last said 429, or -Infinity. */
  readonly refusedAt: number;
}

/** Numbers of the budget. */
export interface Limits {
  /** Requests that the agent allows itself per window. */
  readonly perWindow: number;
  readonly windowMs: number;
  /** How often a poll has right of way. */
  readonly pollEveryMs: number;
}

/**
 * Room that only heartbeats, accepts and completions may use: for three heartbeats a minute and the
 * reports of a few tasks; where tasks are many and short, {@linkcode VITAL_AHEAD} more than of late.
 */
const VITAL_LEAST = 12;
const VITAL_AHEAD = 4;

/** Of that, room that only heartbeats may use: two of the three a minute. */
const HEARTBEATS = 2;

/** After a 429 heartbeats, accepts and completions try again this often (protocol: "Rate limit"). */
export const AFTER_429_MS = 2_000;

/** The smallest number is served first. */
export const RANK: Readonly<Record<BudgetKind, number>> = {
  heartbeat: 0,
  vital: 1,
  poll: 2,
  transfer: 3,
  extra: 4,
};

/** Entries that the Server may still count at `now`. */
export function current(entries: readonly Entry[], now: number, limits: Limits): Entry[] {
  return entries.filter(({ countedAt }) =>
    countedAt === undefined || now - countedAt < limits.windowMs
  );
}

/** A poll has right of way only when the last one is some time ago; `extra` may become one again. */
export function effectiveKind(
  kind: BudgetKind,
  picture: Picture,
  now: number,
  limits: Limits,
): BudgetKind {
  if (kind !== "poll" && kind !== "extra") return kind;
  return now - picture.lastPollAt >= limits.pollEveryMs ? "poll" : "extra";
}

/** May a request of this kind go now? `entries` of the picture must be current. */
export function mayGo(kind: BudgetKind, picture: Picture, now: number, limits: Limits): boolean {
  const { entries } = picture;
  const count = (wanted: (kind: Entry["kind"]) => boolean) =>
    entries.filter((entry) => wanted(entry.kind)).length;
  if (kind === "heartbeat" || kind === "vital") {
    if (now - picture.refusedAt < AFTER_429_MS) return false;
    // What a 429 made us assume does not hold these back: they find out by trying.
    const known = count((kind) => kind !== "unknown");
    return known < limits.perWindow - (kind === "vital" ? HEARTBEATS : 0);
  }
  const vital = count((kind) => kind === "heartbeat" || kind === "vital");
  const others = entries.length - vital;
  const least = Math.min(VITAL_LEAST, Math.floor(limits.perWindow / 4));
  const room = limits.perWindow - Math.max(least, vital + Math.min(VITAL_AHEAD, least)) - others;
  if (kind === "poll") return room > 0;
  const polls = count((kind) => kind === "poll");
  const pollsAWindow = Math.ceil(limits.windowMs / limits.pollEveryMs);
  return room > Math.max(0, Math.min(pollsAWindow, Math.floor(limits.perWindow / 8)) - polls);
}

/**
 * After a 429: what the Server must have counted besides what is known here, spread over the window as
 * if it had been spent evenly. If it was not, the next try is told so, at no cost: refused requests
 * are not counted.
 */
export function fillUp(entries: readonly Entry[], now: number, limits: Limits): Entry[] {
  const missing = Math.max(0, limits.perWindow - entries.length);
  const step = limits.windowMs / (missing + 1);
  const assumed = Array.from({ length: missing }, (_, i): Entry => ({
    kind: "unknown",
    countedAt: now - limits.windowMs + (i + 1) * step,
  }));
  return [...entries, ...assumed];
}

/** When the picture changes by itself next: an entry leaves, a poll gets right of way, a 429 is past. */
export function nextChange(picture: Picture, now: number, limits: Limits): number {
  const times = picture.entries.flatMap(({ countedAt }) =>
    countedAt === undefined ? [] : [countedAt + limits.windowMs]
  );
  times.push(picture.lastPollAt + limits.pollEveryMs, picture.refusedAt + AFTER_429_MS);
  return Math.min(...times.filter((time) => time > now));
}
