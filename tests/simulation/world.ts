import { type Chance, chance } from "./random.ts";
import { Trace } from "./trace.ts";

/** Whoever something happens to: a process, an engine, the Server. What is dead is told nothing any more. */
export class Actor {
  readonly name: string;
  /** Undefined for what has a machine of its own: the Server and the world itself. */
  readonly host: ActorHost | undefined;
  /** Ends with it: open files and the like. */
  readonly #ends = new Set<() => void>();
  #alive = true;

  constructor(name: string, host?: ActorHost) {
    this.name = name;
    this.host = host;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Calls back when it dies. @returns what calls that off */
  onEnd(end: () => void): () => void {
    this.#ends.add(end);
    return () => this.#ends.delete(end);
  }

  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}

/** The machine that an actor is on, as far as time is concerned. */
export interface ActorHost {
  /** Milliseconds that it has slept. */
  readonly slept: number;
  /** What its wall clock is ahead, milliseconds. */
  readonly clockAhead: number;
  /** Milliseconds since it was started. */
  readonly uptime: number;
}

interface Event {
  at: number;
  readonly tie: number;
  readonly actor: Actor;
  readonly what: string;
  /** Undefined once it was called off. */
  run: (() => void) | undefined;
}

/** When every simulation begins. Milliseconds since 1970. */
const BEGINNING = Date.UTC(2030, 0, 1);

/**
 * Everything that happens, one thing after the other, in virtual time. A program that waits, be it for a
 * timer, a file, the Server or the engine, waits for one of these events; which of several comes first is
 * the seed's choice.
 */
export class World {
  /** Decides about the order of events. */
  readonly order: Chance;
  readonly trace = new Trace();
  /** What happens in the name of nobody: the faults, the users. */
  readonly nature = new Actor("nature");
  /** In whose name the program goes on at present. */
  current: Actor = this.nature;
  /** Milliseconds since the beginning. */
  now = 0;
  /** Events so far. */
  steps = 0;
  /** What happened last. */
  last = "";
  readonly #events: Event[] = [];

  constructor(seed: number) {
    this.order = chance(seed, "order");
  }

  /** The true time, as the Server has it. Milliseconds since 1970. */
  get wall(): number {
    return BEGINNING + this.now;
  }

  /** Events to come, of an actor or of all that live. */
  pending(actor?: Actor): readonly string[] {
    return this.#events
      .filter(({ actor: of, run }) => run && of.alive && (!actor || actor === of))
      .map(({ what }) => what);
  }

  /** Lets something happen in an actor's name after so many milliseconds. @returns what calls it off */
  after(actor: Actor, ms: number, what: string, run: () => void): () => void {
    const tie = this.order.fraction();
    const event: Event = { at: this.now + Math.max(0, ms), tie, actor, what, run };
    push(this.#events, event);
    return () => event.run = undefined;
  }

  /** Everything on a machine that sleeps comes so much later. */
  postpone(host: ActorHost, ms: number): void {
    for (const event of this.#events) if (event.actor.host === host) event.at += ms;
    const events = this.#events.splice(0);
    for (const event of events) push(this.#events, event);
  }

  /** Runs one event to where all that it has set off waits again. @returns false when there is none */
  async step(): Promise<boolean> {
    let event: Event | undefined;
    do event = pop(this.#events); while (event && !(event.run && event.actor.alive));
    if (!event) return false;
    this.now = Math.max(this.now, event.at);
    this.current = event.actor;
    this.steps++;
    this.last = event.what;
    this.trace.note(this.now, event.actor.name, event.what);
    event.run!();
    await settled();
    this.current = this.nature;
    return true;
  }
}

/** Waits until no promise is left that could settle by itself. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}

// A binary heap: there can be thousands of timers, and each step takes the first.

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
    if (!isBefore(heap[child], last)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}
