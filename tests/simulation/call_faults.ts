import type { Chance } from "./random.ts";
import type { World } from "./world.ts";

/** What can become of a call to the engine. */
export type EngineFault = "refused" | "cut" | "hangs" | "answer lost";

/** What can become of a request to the Server. */
export type ServerFault =
  | "not connected"
  | "cut before"
  | "cut within"
  | "cut after"
  | "hangs before"
  | "hangs after"
  | "half an answer"
  | "twice"
  | "slow"
  | "no server"
  | "429"
  | "408"
  | "408 after"
  | "500"
  | "500 after"
  | "502 page"
  | "503";

const SERVER_FAULTS: readonly ServerFault[] = [
  "not connected",
  "cut before",
  "cut within",
  "cut after",
  "hangs before",
  "hangs after",
  "half an answer",
  "twice",
  "slow",
  "no server",
  "429",
  "408",
  "408 after",
  "500",
  "500 after",
  "502 page",
  "503",
];

/** Calls of the engine, as the executor sees them. */
export interface EngineFaults {
  ofCall(name: string): EngineFault | undefined;
  refusesStart(): boolean;
  /** Milliseconds that a call or an answer is on its way. */
  latency(): number;
}

/** How often things go wrong, by the point where they may. */
export interface Rates {
  /** Of all requests. */
  readonly server: number;
  /** Of all calls to the engine. */
  readonly engine: number;
  /** Of all steps: what is done to machines, processes and tasks. */
  readonly step: number;
  /** Milliseconds that most calls and answers are on their way, at most. */
  readonly latencyMs: number;
}

/** A fault that was injected. */
export interface Injected {
  readonly at: number;
  readonly what: string;
}

/** Which faults come is the seed's choice, at each point where one may; after the limit there is none. */
export class FaultDraw implements EngineFaults {
  readonly chance: Chance;
  readonly rates: Rates;
  readonly #world: World;
  readonly #limit: number;
  readonly injected: Injected[] = [];
  /** The time of faults is over. */
  isOver = false;

  constructor(world: World, chance: Chance, { rates, limit = Infinity }: {
    readonly rates: Rates;
    readonly limit?: number;
  }) {
    this.#world = world;
    this.chance = chance;
    this.rates = rates;
    this.#limit = limit;
  }

  get count(): number {
    return this.injected.length;
  }

  /** Whether a fault comes here; `what` is drawn only then. */
  draw<T extends string>(rate: number, what: () => T, about: string): T | undefined {
    if (this.isOver || this.count >= this.#limit || !this.chance.is(rate)) return undefined;
    const drawn = what();
    this.note(`${about}: ${drawn}`);
    return drawn;
  }

  note(what: string): void {
    this.injected.push({ at: this.#world.now, what });
    this.#world.trace.note(this.#world.now, "fault", what);
  }

  ofCall(name: string): EngineFault | undefined {
    const kinds = [[1, "refused"], [3, "cut"], [2, "hangs"], [3, "answer lost"]] as const;
    return this.draw<EngineFault>(
      this.rates.engine,
      () => this.chance.weighted(kinds),
      `engine ${name}`,
    );
  }

  refusesStart(): boolean {
    return this.draw(this.rates.engine / 2, () => "refused to start", "engine") !== undefined;
  }

  ofRequest(name: string): ServerFault | undefined {
    return this.draw(this.rates.server, () => this.chance.pick(SERVER_FAULTS), `server ${name}`);
  }

  latency(): number {
    const { order } = this.#world;
    return order.fraction() * (order.is(0.01) ? 2_000 : this.rates.latencyMs);
  }
}
