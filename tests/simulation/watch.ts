import type { DevTask } from "../../src/devserver/mod.ts";
import { jsonOrUndefined } from "../../src/util/mod.ts";
import type { Gpus } from "./agent_config.ts";
import type { FaultDraw } from "./call_faults.ts";
import { theWorld } from "./globals.ts";
import type { Host } from "./host.ts";
import type { NetworkWatcher } from "./network.ts";
import type { Run } from "./sim_engine.ts";
import type { Actor } from "./world.ts";

/** What must never be has happened. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Requests that the Server allows in a window of so many milliseconds (protocol). */
const MOST_REQUESTS = 150;
const WINDOW_MS = 60_000;
/** A cancel that was seen is answered within this time. Milliseconds. */
const CANCEL_MS = 15_000;
/** Three heartbeats fit into the Server's limit of 60 s; this is more than two of them. Milliseconds. */
const BEAT_MS = 50_000;
/** After trouble, the budget of requests is used up for so long. Milliseconds. */
const AFTERMATH_MS = 61_000;

const decoder = new TextDecoder();

/** Looks at every step from outside: at what the Server hears, and at what runs on the engines. */
export class Watch implements NetworkWatcher {
  readonly hosts: Host[] = [];
  readonly #faults: FaultDraw;
  readonly #gpus: Gpus | undefined;
  readonly #asked: number[] = [];
  /** By task, the capacity that the agent had when it took it. */
  readonly #takenUnder = new Map<string, number>();
  /** By task, what the Server has it as. */
  readonly #status = new Map<string, string>();
  /** By task, when its cancel was seen and by whom. */
  readonly #cancels = new Map<string, { readonly at: number; readonly by: Actor }>();
  /** Tasks whose results the Server has had at some time. */
  readonly reported = new Set<string>();
  #lastBeat = 0;
  /** When there was trouble last. */
  #troubleAt = 0;
  /** There are two agents with one key, or a Server that has forgotten: much may be then. */
  isLoose = false;
  capacity = 1;
  violation: Violation | undefined;

  constructor(faults: FaultDraw, gpus?: Gpus) {
    this.#faults = faults;
    this.#gpus = gpus;
  }

  /** Something has gone wrong, or has ended to go wrong. */
  noteTrouble(): void {
    this.#troubleAt = theWorld().now;
  }

  /** A new process begins to beat. */
  noteStart(): void {
    this.#lastBeat = theWorld().now;
    this.noteTrouble();
  }

  /** Whether a call to the disk has failed, or may have, a moment ago. */
  get isDiskBadLately(): boolean {
    return this.hosts.some(({ disk }) => theWorld().now - disk.failedAt < 10_000);
  }

  onRequest(call: string): void {
    const { now } = theWorld();
    if (call === "heartbeat") this.#lastBeat = now;
    this.#asked.push(now);
    while (this.#asked[0] <= now - WINDOW_MS) this.#asked.shift();
    // Without room on the disk a process cannot tell the next one of its requests.
    const isKnown = this.hosts.every(({ disk }) => now - disk.failedAt > 2 * WINDOW_MS);
    if (this.#asked.length > MOST_REQUESTS && isKnown && !this.isLoose) {
      this.fail(`${this.#asked.length} requests in 60 s`);
    }
  }

  onSent(asker: Actor, call: string, body: Uint8Array): void {
    if (call !== "complete") return;
    const { task_id: id } = JSON.parse(decoder.decode(body));
    if (this.#cancels.get(id)?.by === asker) this.#cancels.delete(id);
  }

  onAnswered(by: Actor, call: string, status: number, body: Uint8Array): void {
    if (call !== "poll" || status !== 200) return;
    // What is no JSON was no Server.
    const answer = jsonOrUndefined(decoder.decode(body));
    const { cancel_task_id: id } = (answer ?? {}) as { cancel_task_id?: string };
    // An answer can be older than what has become of the task since.
    if (!id || this.#status.get(id) !== "cancelling") return;
    if (this.#cancels.get(id)?.by !== by) this.#cancels.set(id, { at: theWorld().now, by });
  }

  onTask({ id, status }: DevTask): void {
    this.#status.set(id, status);
    if (status === "completed" || status === "failed") this.reported.add(id);
    if (status === "running") {
      this.#takenUnder.set(id, Math.max(this.capacity, this.#takenUnder.get(id) ?? 0));
    }
    if (status !== "cancelling") this.#cancels.delete(id);
  }

  onStart(host: Host, run: Run): void {
    this.#checkGpus(host, run);
    const { plan: { id } } = run;
    const all = this.hosts.flatMap(({ engine }) => engine.runs);
    const twin = all.find(({ plan, end }) => plan.id === id && end === undefined);
    if (twin && !this.isLoose) this.fail(`two containers of ${id} at work at once`);
    // What ended shortly before the engine went down may count as lost, too.
    const before = host.engine.runs.find(({ plan, end, start }) =>
      plan.id === id && start === host.engine.start && end !== "lost" && end !== "removed" &&
      end !== undefined
    );
    if (before && !this.isLoose) this.fail(`${id} runs again, though it ended: ${before.end}`);
    // A cancel that the engine does not hear is given up after a while, and the janitor's.
    const running = host.engine.running.map(({ plan }) => plan.id)
      .filter((id) => this.#status.get(id) === "running");
    if (this.isLoose) return;
    const allowed = Math.max(...[...running, id].map((of) => this.#takenUnder.get(of) ?? 1));
    if (running.length + 1 > allowed) {
      this.fail(`${running.length + 1} containers at work with a capacity of ${allowed}`);
    }
  }

  /** Nobody has another's GPU, whatever becomes of Server, agent and engine. */
  #checkGpus({ engine }: Host, run: Run): void {
    if (!this.#gpus) return;
    const { perTask, tasksPerGpu } = this.#gpus;
    const own = gpusOf(run);
    if (own.length !== perTask) this.fail(`${run.plan.id} has ${own.length} GPUs`);
    for (const gpu of own) {
      const sharers = engine.running.filter((other) => gpusOf(other).includes(gpu));
      if (sharers.length >= tasksPerGpu) this.fail(`${run.plan.id} has ${gpu} of others`);
    }
  }

  /** To be called after every step. */
  look(agents: readonly Actor[], isServerUp: boolean): void {
    const { now } = theWorld();
    if (!isServerUp) this.#troubleAt = now;
    if (this.hosts.some(({ disk }) => !disk.isHealthy)) this.#troubleAt = now;
    if (this.hosts.some(({ engine, isAsleep }) => engine.state !== "well" || isAsleep)) {
      this.#troubleAt = now;
    }
    const [last] = this.#faults.injected.slice(-1);
    const calmSince = Math.max(this.#troubleAt, last?.at ?? 0);
    if (this.isLoose) return;
    for (const [id, { at, by }] of this.#cancels) {
      if (!by.alive) this.#cancels.delete(id);
      else if (now - at > CANCEL_MS && calmSince + AFTERMATH_MS < at) {
        this.fail(`the cancel of ${id} was not answered for ${Math.round(now - at)} ms`);
      }
    }
    const isSilent = now - Math.max(this.#lastBeat, calmSince + AFTERMATH_MS) > BEAT_MS;
    if (agents.length > 0 && isSilent) {
      this.fail(`no heartbeat for ${Math.round(now - this.#lastBeat)} ms`);
    }
  }

  /** A task that is nothing to anybody any more. */
  forget(id: string): void {
    this.#takenUnder.delete(id);
    this.#status.delete(id);
    this.reported.delete(id);
  }

  fail(words: string): void {
    this.violation ??= new Violation(words);
  }
}

function gpusOf({ container }: Run): readonly string[] {
  return container.options.attempt.gpus ?? [];
}
