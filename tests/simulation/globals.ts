import { createHash } from "node:crypto";

import { type Chance, chance } from "./random.ts";
import type { World } from "./world.ts";

/** The world that time and chance come from; one after the other, never two. */
let world: World | undefined;
let luck: Chance = chance(0, "none");

/** Makes a world the one that everything in this process lives in. */
export function enter(next: World, seed: number): void {
  world = next;
  luck = chance(seed, "luck");
}

/** The world of this process. */
export function theWorld(): World {
  if (!world) throw new Error("No world was entered");
  return world;
}

const RealDate = Date;
const realNow = performance.now.bind(performance);

/** Real milliseconds, for those who measure the simulation itself. */
export function stopwatch(): number {
  return realNow();
}

/**
 * Puts the world's time, timers and chance into the places where the program finds the machine's. To be
 * called before any of the program's modules is loaded, as some of them keep what they find.
 */
export function installGlobals(): void {
  installTime();
  installTimers();
  installChance();
}

function installTime(): void {
  const wall = () => {
    if (!world) return RealDate.now();
    return Math.floor(world.wall + (world.current.host?.clockAhead ?? 0));
  };
  class WorldDate extends RealDate {
    constructor(...parts: []) {
      super(...(parts.length === 0 ? [wall()] as unknown as [] : parts));
    }
    static override now = wall;
  }
  put(globalThis, "Date", WorldDate);
  put(Deno, "osUptime", () => Math.floor((world?.current.host?.uptime ?? 0) / 1000));
  put(performance, "now", () => world ? world.now - (world.current.host?.slept ?? 0) : 0);
}

function installTimers(): void {
  const timers = new Map<number, () => void>();
  let made = 0;
  const after = (then: () => void, ms = 0) => {
    const id = ++made;
    const { current } = theWorld();
    const cancel = theWorld().after(current, ms, "timer", () => {
      timers.delete(id);
      then();
    });
    timers.set(id, cancel);
    return id;
  };
  const clear = (id: number | undefined) => {
    timers.get(id ?? 0)?.();
    timers.delete(id ?? 0);
  };
  put(globalThis, "setTimeout", after);
  put(globalThis, "clearTimeout", clear);
  put(globalThis, "setInterval", (then: () => void, ms: number) => {
    let cancelled = false;
    const { current } = theWorld();
    const id = ++made;
    const next = () => {
      const cancel = theWorld().after(current, ms, "interval", () => {
        if (cancelled) return;
        next();
        then();
      });
      timers.set(id, () => {
        cancelled = true;
        cancel();
      });
    };
    next();
    return id;
  });
  put(globalThis, "clearInterval", clear);
}

function installChance(): void {
  Math.random = () => luck.fraction();
  const hex = (digits: number) =>
    Math.floor(luck.fraction() * 16 ** digits).toString(16).padStart(digits, "0");
  put(
    crypto,
    "randomUUID",
    () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`,
  );
  // Nobody looks at more of it: what is asked for much is the reserve, and its bytes are nothing.
  put(crypto, "getRandomValues", (array: Uint8Array) => {
    for (let at = 0; at < Math.min(32, array.length); at++) array[at] = luck.below(256);
    return array;
  });
  put(crypto.subtle, "digest", (_: string, bytes: Uint8Array) => {
    const digest = new Uint8Array(createHash("sha256").update(bytes).digest());
    return Promise.resolve(digest.buffer);
  });
}

/** Replaces what an object has, or has from its prototype. */
export function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true, writable: true });
}
