import { AMBUSHED, Ambushes } from "./ambushes.ts";
import type { FaultDraw } from "./call_faults.ts";
import type { Lab } from "./lab.ts";
import type { Chance } from "./random.ts";
import type { SimServer } from "./sim_server.ts";
import type { Watch } from "./watch.ts";
import type { World } from "./world.ts";

/** What misfortunes work with. */
export interface MisfortuneParts {
  readonly world: World;
  readonly draw: FaultDraw;
  /** More than one only where agents share a key. */
  readonly labs: readonly Lab[];
  readonly server: SimServer;
  readonly watch: Watch;
  /** The Server may forget, and there may be a second agent. */
  readonly isLoose: boolean;
  /** Decides what lies in wait; without it nothing does. */
  readonly story?: Chance;
}

type Kind = (typeof KINDS)[number][1] | (typeof LOOSE_KINDS)[number][1];

/** What is done to machines, processes and tasks, and how often compared with the rest. */
const KINDS = [
  [10, "kill"],
  [3, "leave"],
  [3, "power cut"],
  [2, "sleep"],
  [3, "clock jump"],
  [4, "server down"],
  [4, "server restart"],
  [1, "credentials"],
  [4, "engine away"],
  [3, "engine hanging"],
  [3, "engine restart"],
  [2, "container killed"],
  [2, "container removed"],
  [2, "container paused"],
  [2, "container out of memory"],
  [1, "image gone"],
  [3, "disk full"],
  [3, "disk errors"],
  [4, "cancel"],
  [1, "cancel twice"],
  [1, "stray cancel"],
] as const;

/** What takes from the Server, or from an agent, what it knows of the other: not much can be promised then. */
const LOOSE_KINDS = [...KINDS, [3, "backup"], [1, "restore"], [1, "second agent"]] as const;

/** Nobody puts a backup back in less time, milliseconds. */
const RESTORE_MS = 60_000;

/** Does what goes wrong beside the calls themselves. */
export class Misfortune {
  readonly #parts: MisfortuneParts;
  /** Tasks whose user did not want them any more. */
  readonly cancelled = new Set<string>();
  /** What was bad for a while becomes good again, at the latest when the faults are over. */
  readonly #ends = new Set<() => void>();
  readonly #ambushes: Ambushes<Kind>;
  #wasDiskBad = false;
  #strays = 0;
  /** The Server does not come up before. */
  #downUntil = 0;

  constructor(parts: MisfortuneParts) {
    this.#parts = parts;
    const { story, isLoose } = parts;
    this.#ambushes = new Ambushes(story, this.#kinds);
    if (isLoose && story?.is(0.7)) this.#ambushes.addRestore(story);
  }

  /** What judges have to know. */
  get facts() {
    const { draw } = this.#parts;
    const engineFaults = draw.injected.filter(({ what }) => what.startsWith("engine")).length;
    // One that was slow may have been made again by the next process before it arrived.
    const isUploadedTwice = draw.injected.some(({ what }) =>
      /^server upload: (?:twice|slow)$/.test(what)
    );
    return {
      wasDiskBad: this.#wasDiskBad,
      engineFaults,
      engineStart: this.#parts.labs[0].host.engine.start,
      isUploadedTwice,
      wasClockSet: draw.injected.some(({ what }) => what === "world: clock jump"),
      isInDoubt: draw.injected.some(({ what }) => what === "server accept: twice"),
    };
  }

  /** Lets something go wrong now, if the seed will have it. */
  strike(): void {
    const { draw, world } = this.#parts;
    const ambush = this.#ambushes.at(world.last);
    const kind = (ambush && draw.draw(AMBUSHED, () => ambush, "world")) ??
      draw.draw(draw.rates.step, () => draw.chance.weighted(this.#kinds), "world");
    if (kind) this.#do(kind);
  }

  get #kinds(): readonly (readonly [number, Kind])[] {
    return this.#parts.isLoose ? LOOSE_KINDS : KINDS;
  }

  /** Everything is well from now on. */
  end(): void {
    for (const end of this.#ends) end();
    for (const lab of this.#parts.labs) {
      for (const run of lab.host.engine.runs) run.isPaused = false;
      lab.host.disk.heal();
      if (!lab.life && !lab.isNeverStarted) lab.startIn(0);
    }
  }

  /** As a user cancels a task. */
  cancel(id: string): void {
    this.cancelled.add(id);
    this.#parts.server.cancel(id);
  }

  /** Whom it hits. */
  get #lab(): Lab {
    const { draw, labs } = this.#parts;
    const started = labs.filter((lab) => !lab.isNeverStarted);
    return started.length > 1 ? draw.chance.pick(started) : labs[0];
  }

  #do(kind: Kind): void {
    const { draw: { chance }, labs, server, watch } = this.#parts;
    const lab = this.#lab;
    const { host } = lab;
    watch.noteTrouble();
    switch (kind) {
      case "kill":
        return lab.kill(chance.fraction() ** 3 * 30_000);
      case "leave":
        if (chance.is(0.5)) lab.reconfigure();
        return lab.leave();
      case "power cut":
        if (chance.is(0.3)) lab.reconfigure();
        return lab.cutPower(chance, 20_000 + chance.fraction() * 100_000);
      case "sleep":
        return host.sleep(chance.fraction() ** 4 * 2 * 3_600_000);
      case "clock jump":
        host.clockAhead += (chance.fraction() - 0.5) * chance.pick([10_000, 7_200_000, 86_400_000]);
        return;
      case "server down":
        return this.#takeDown(this.#while());
      case "server restart":
        return this.#takeDown(0);
      case "credentials":
        server.revoke(true);
        return this.#for(this.#while(), () => server.revoke(false));
      case "engine away":
      case "engine hanging":
        host.engine.state = kind === "engine away" ? "away" : "hanging";
        return this.#for(this.#while(), () => host.engine.state = "well");
      case "engine restart":
        return host.engine.restart();
      case "image gone":
        return this.#takeImage(lab);
      case "disk full":
        this.#wasDiskBad = true;
        host.disk.fill();
        return this.#for(this.#while(), () => host.disk.makeRoom());
      case "disk errors":
        this.#wasDiskBad = true;
        return host.disk.failNext(chance.between(1, 6), chance.pick(["EIO", "EMFILE", "ENOSPC"]));
      case "backup":
        return server.backUp();
      case "restore":
        if (server.restore()) watch.isLoose = true;
        return this.#takeDown(RESTORE_MS + chance.fraction() * RESTORE_MS, RESTORE_MS);
      case "second agent":
        watch.isLoose = true;
        return labs.at(-1)!.startIn(0);
      case "stray cancel":
        return void server.submitStray(`stray${++this.#strays}`);
      case "cancel":
      case "cancel twice":
        return this.#cancelAny(kind === "cancel" ? 1 : 2);
      default:
        return this.#hurtContainer(lab, kind);
    }
  }

  #while(): number {
    const { chance } = this.#parts.draw;
    return chance.fraction() ** 3 * 600_000;
  }

  /** Lasts so long, and no longer than the faults do. */
  #for(ms: number, end: () => void): void {
    const { world, watch } = this.#parts;
    const once = () => {
      callOff();
      this.#ends.delete(once);
      watch.noteTrouble();
      end();
    };
    this.#ends.add(once);
    const callOff = world.after(world.nature, ms, "trouble ends", once);
  }

  /**
   * Takes the Server down for so many milliseconds.
   *
   * @param least that it is down even if the time of faults ends before
   */
  #takeDown(ms: number, least = 0): void {
    const { world, server } = this.#parts;
    server.goDown();
    this.#downUntil = Math.max(this.#downUntil, world.now + least);
    const comeUp = () => {
      if (world.now >= this.#downUntil) server.comeUp();
    };
    if (least > 0) world.after(world.nature, least, "trouble ends", comeUp);
    this.#for(ms, comeUp);
  }

  #takeImage({ host, config }: Lab): void {
    const { images } = host.engine.memory;
    const { image } = config.executor;
    const program = images.get(image);
    if (!images.has(image)) return;
    images.delete(image);
    this.#for(this.#while(), () => images.set(image, program));
  }

  #cancelAny(times: number): void {
    const { draw: { chance }, server } = this.#parts;
    const ids = [...server.state.tasks.keys()];
    const id = chance.pick(ids);
    if (id === undefined) return;
    for (let n = 0; n < times; n++) this.cancel(id);
  }

  #hurtContainer(
    { host: { engine } }: Lab,
    kind: "container killed" | "container removed" | "container paused" | "container out of memory",
  ): void {
    const { draw: { chance } } = this.#parts;
    const run = chance.pick(engine.running);
    if (!run) return;
    if (kind !== "container paused") {
      return engine.endRun(run, kind.slice("container ".length) as "killed");
    }
    run.isPaused = true;
    this.#for(this.#while(), () => run.isPaused = false);
  }
}
