import { type Clock, SYSTEM_CLOCK } from "../../src/util/mod.ts";

/** A clock that moves only from one planned event to the next. */
export interface VirtualTime {
  now(): number;
  after(ms: number, then: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** The same for those who want to know the date, too, which is `epoch` at the start. */
  clock(epoch: number): Clock;
  /** Runs everything that is due up to this time. */
  runUntil(time: number): Promise<void>;
}

/** Starts at 0. */
export function virtualTime(): VirtualTime {
  let now = 0;
  let order = 0;
  const events = new Map<number, { at: number; then: () => void }>();
  const after = (ms: number, then: () => void) => {
    const id = order++;
    events.set(id, { at: now + ms, then });
    return () => events.delete(id);
  };
  const settle = async () => {
    for (let i = 0; i < 30; i++) await Promise.resolve();
  };
  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    clock: (epoch) => ({ ...SYSTEM_CLOCK, now: () => now, wall: () => epoch + now, after }),
    async runUntil(time) {
      await settle();
      while (true) {
        let next: [number, { at: number; then: () => void }] | undefined;
        for (const event of events) if (!next || event[1].at < next[1].at) next = event;
        if (!next || next[1].at > time) break;
        events.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].then();
        await settle();
      }
      now = time;
    },
  };
}
