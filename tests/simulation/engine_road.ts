import { Failure, type Text } from "../../src/i18n/mod.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import type { EngineFaults } from "./call_faults.ts";
import { theWorld } from "./globals.ts";
import type { SimEngine } from "./sim_engine.ts";

/** A call to a real engine that hangs is given up after so long, milliseconds. */
const CALL_MS = 60_000;
/** The look whether there is an obstacle takes no longer, milliseconds. */
const OBSTACLE_MS = 25_000;

export const AWAY: Text = { en: "The engine is away", zh: "引擎不在" };
export const TROUBLE: Text = { en: "The engine has trouble of its own", zh: "引擎自身有问题" };

/** The engine cannot be reached, or its answer was lost. */
class Away extends Failure {}
/** One call took too long. */
class Hung extends Away {}

/** The calls that a real executor makes again as long as the engine is away. */
const RETRIED = new Set(["create", "status", "stop", "remove", "list"]);
/** How often it makes one that takes too long each time. */
const HUNG_TRIES = 2;

/**
 * The way to an engine: each call travels there, takes effect there, whoever has asked for it, and its
 * answer travels back, if there is still somebody to hear it.
 */
export class EngineRoad {
  readonly #engine: SimEngine;
  readonly #faults: EngineFaults;

  constructor(engine: SimEngine, faults: EngineFaults) {
    this.#engine = engine;
    this.#faults = faults;
  }

  /** A call as a real executor makes it: one that finds the engine away is made again until it is back. */
  async call<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    for (let hung = 0, tries = 1;; tries++) {
      try {
        return await this.#once(name, signal, act);
      } catch (error) {
        const isHung = error instanceof Hung;
        if (signal.aborted || !(error instanceof Away) || !RETRIED.has(name)) throw error;
        if (isHung && ++hung >= HUNG_TRIES) throw error;
        await SYSTEM_CLOCK.sleep(Math.min(5_000, 200 * tries), signal);
      }
    }
  }

  /** One call, and what becomes of it on its way. */
  #once<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const [engine, faults] = [this.#engine, this.#faults];
    const fault = faults.ofCall(name);
    const { start } = engine;
    return this.#travel(name, signal, (answer, later) => {
      const refuse = (error: Error) => answer(() => Promise.reject(error));
      if (fault === "refused") return refuse(new Failure(TROUBLE));
      const isGone = engine.state === "away" || engine.start !== start;
      if (fault === "cut" || isGone) return refuse(new Away(AWAY));
      if (fault === "hangs" || engine.state === "hanging") {
        const ms = name === "obstacle" ? OBSTACLE_MS : CALL_MS;
        return later(ms, `${name} timed out`, () => refuse(new Hung(AWAY)));
      }
      const acted = act();
      if (fault === "answer lost") {
        acted.then(() => refuse(new Away(AWAY)), () => refuse(new Away(AWAY)));
      } else acted.then(() => answer(() => acted), () => answer(() => acted));
    });
  }

  /** A call that outlives an engine that is away for a while. */
  longCall<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const engine = this.#engine;
    return this.#travel(name, signal, (answer, later) => {
      const acted = act();
      const whenBack = () => {
        if (engine.state === "well") answer(() => acted);
        else later(1_000, `${name} waits`, whenBack);
      };
      acted.then(whenBack, whenBack);
    });
  }

  /**
   * Goes to the engine and comes back with an answer, unless the signal comes first.
   *
   * @param arrive happens at the engine; `later` is for what the asker itself waits for
   */
  #travel<T>(
    name: string,
    signal: AbortSignal,
    arrive: (
      answer: (settle: () => Promise<T>) => void,
      later: (ms: number, what: string, then: () => void) => void,
    ) => void,
  ): Promise<T> {
    const world = theWorld();
    const [engine, faults] = [this.#engine, this.#faults];
    const asker = world.current;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let forget = () => {};
      const later = (ms: number, what: string, then: () => void) => {
        if (!signal.aborted) forget = world.after(asker, ms, what, then);
      };
      const onAbort = () => {
        forget();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      const answer = (settle: () => Promise<T>) =>
        later(faults.latency(), `${name} answered`, () => {
          signal.removeEventListener("abort", onAbort);
          settle().then(resolve, reject);
        });
      world.after(engine.actor, faults.latency(), `engine ${name}`, () => arrive(answer, later));
    });
  }
}
