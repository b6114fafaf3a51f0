import { type Clock, SYSTEM_CLOCK } from "../util/mod.ts";
import {
  type BudgetKind,
  current,
  effectiveKind,
  type Entry,
  fillUp,
  type Limits,
  mayGo,
  nextChange,
  type Picture,
  RANK,
} from "./budget_rules.ts";

/** How a {@linkcode createBudget} counts. */
export interface BudgetOptions {
  /** What the Server allows; `Infinity` for a Server without a limit. @default {150} */
  readonly perMinute?: number;
  /** The configured poll interval; a poll has right of way every max(this, 10) seconds. @default {5} */
  readonly pollEverySecs?: number;
  /**
   * The requests before the start, as the previous run told them last, or `"half"`: unknown, so half of
   * the window counts as used. @default {"half"}
   */
  readonly used?: UsedRequests | "half";
  /**
   * Called before a request is let go that the last call did not foresee, for the next run to know of it
   * however this one ends; once in {@linkcode AHEAD} requests.
   */
  readonly onAhead?: (used: UsedRequests) => void;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: Clock;
}

/** What one run tells the next of its requests. */
export interface UsedRequests {
  /** When the Server had counted those in the window, at the latest; milliseconds since 1970. */
  readonly times: readonly number[];
  /** How many more there may have been by the end of the run, nobody knows when. */
  readonly ahead: number;
}

/** The right to send one request. Call exactly one of its functions when it is over. */
export interface Permit {
  /** The Server has counted the request for certain: its answer began, or it came to nothing. */
  settled(): void;
  /** The Server answered 429: it did not count this one, and its window is full. */
  refused(): void;
}

/** Keeps the agent under the Server's rate limit. See budget_rules.ts for who goes first. */
export interface RequestBudget {
  /** Waits for room. First come, first served within a kind. Rejects by the signal. */
  take(kind: BudgetKind, signal: AbortSignal): Promise<Permit>;
  /** The requests in the window, for the next run, if no more follow. */
  used(): UsedRequests;
  /** Requests waiting for room, for `status`. */
  readonly waiting: number;
}

/**
 * The Server's window is 60 s. A request occupies its place here from before it is sent until this long
 * after its answer, so whatever time the network takes, the Server's count never exceeds ours.
 */
const WINDOW_MS = 60_500;

/** Places left alone, for clocks that do not run equally fast. */
const SPARE = 2;

/** Requests that are told in advance: of so many a kill leaves unknown when, or whether, they were made. */
const AHEAD = 10;

interface Waiter {
  readonly kind: BudgetKind;
  readonly go: (permit: Permit) => void;
}

/** Makes the one budget that all calls with one api key share. */
export function createBudget(options: BudgetOptions = {}): RequestBudget {
  const { perMinute = 150, pollEverySecs = 5, used = "half", onAhead = () => {} } = options;
  const { clock = SYSTEM_CLOCK } = options;
  if (perMinute === Infinity) return unlimited();
  const limits: Limits = {
    perWindow: Math.max(1, perMinute - SPARE),
    windowMs: WINDOW_MS,
    pollEveryMs: Math.max(10, pollEverySecs) * 1000,
  };
  return new WindowBudget(limits, before(used, clock, perMinute), clock, onAhead);
}

/** What the previous run may have left in the Server's window. */
function before(
  used: UsedRequests | "half",
  clock: Clock,
  perMinute: number,
): Entry[] {
  const now = clock.now();
  if (used === "half") {
    return Array.from({ length: Math.floor(perMinute / 2) }, () => ({
      kind: "unknown",
      countedAt: now,
    }));
  }
  // A time in the future means that the clock was set back: such a request may have been just now, and
  // so may any that was only foreseen.
  const wallNow = clock.wall();
  const ages = used.times.map((time) => Math.max(0, wallNow - time));
  const foreseen = Array<number>(Math.min(used.ahead, perMinute)).fill(0);
  return [...ages, ...foreseen].slice(-perMinute)
    .map((age) => ({ kind: "extra", countedAt: now - age }));
}

function unlimited(): RequestBudget {
  const permit: Permit = { settled() {}, refused() {} };
  return {
    take(_kind, signal) {
      return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve(permit);
    },
    used: () => ({ times: [], ahead: 0 }),
    waiting: 0,
  };
}

class WindowBudget implements RequestBudget {
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #onAhead: (used: UsedRequests) => void;
  readonly #waiters = new Set<Waiter>();
  /** Requests that may go before the next run has to be told again. */
  #foreseen = 0;
  #picture: Picture;
  #cancelTimer: () => void = () => {};

  constructor(
    limits: Limits,
    entries: readonly Entry[],
    clock: Clock,
    onAhead: (used: UsedRequests) => void,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onAhead = onAhead;
    this.#picture = { entries, lastPollAt: -Infinity, refusedAt: -Infinity };
  }

  take(kind: BudgetKind, signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
        this.#serve();
      };
      const waiter: Waiter = {
        kind,
        go: (permit) => {
          signal.removeEventListener("abort", onAbort);
          resolve(permit);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#serve();
    });
  }

  used(): UsedRequests {
    const now = this.#clock.now();
    const wallNow = this.#clock.wall();
    const entries = current(this.#picture.entries, now, this.#limits);
    const times = entries.flatMap(({ countedAt }) =>
      countedAt === undefined ? [] : [Math.round(wallNow - (now - countedAt))]
    );
    return { times, ahead: entries.length - times.length };
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Lets go whoever may; sleeps until the picture changes when somebody has to wait. */
  #serve(): void {
    this.#cancelTimer();
    const now = this.#clock.now();
    const limits = this.#limits;
    while (this.#waiters.size > 0) {
      const entries = current(this.#picture.entries, now, limits);
      this.#picture = { ...this.#picture, entries };
      const [waiter, kind] = this.#first(now);
      if (!mayGo(kind, this.#picture, now, limits)) break;
      this.#waiters.delete(waiter);
      this.#letGo(waiter, kind, now);
    }
    if (this.#waiters.size === 0) return;
    const wait = nextChange(this.#picture, now, limits) - now;
    if (wait < Infinity) {
      this.#cancelTimer = this.#clock.after(Math.ceil(wait), () => this.#serve());
    }
  }

  /** The longest waiting one of those with the first right of way. */
  #first(now: number): [Waiter, BudgetKind] {
    const waiters = [...this.#waiters].map((waiter): [Waiter, BudgetKind] => [
      waiter,
      effectiveKind(waiter.kind, this.#picture, now, this.#limits),
    ]);
    return waiters.reduce((first, next) => RANK[next[1]] < RANK[first[1]] ? next : first);
  }

  #letGo(waiter: Waiter, kind: BudgetKind, now: number): void {
    if (this.#foreseen-- === 0) {
      this.#foreseen = AHEAD - 1;
      const used = this.used();
      this.#onAhead({ ...used, ahead: used.ahead + AHEAD });
    }
    const entry: Entry = { kind, countedAt: undefined };
    const isPoll = kind === "poll" || kind === "extra";
    this.#picture = {
      ...this.#picture,
      entries: [...this.#picture.entries, entry],
      lastPollAt: isPoll ? now : this.#picture.lastPollAt,
    };
    const replace = (by: Entry[]) => {
      const entries = this.#picture.entries.filter((other) => other !== entry);
      this.#picture = { ...this.#picture, entries: [...entries, ...by] };
    };
    waiter.go({
      settled: () => {
        replace([{ kind, countedAt: this.#clock.now() }]);
        this.#serve();
      },
      refused: () => {
        replace([]);
        const now = this.#clock.now();
        const entries = fillUp(
          current(this.#picture.entries, now, this.#limits),
          now,
          this.#limits,
        );
        this.#picture = { ...this.#picture, entries, refusedAt: now };
        this.#serve();
      },
    });
  }
}
