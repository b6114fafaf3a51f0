import { join } from "node:path";

import { journalPath } from "../../src/data_folder/mod.ts";
import { FaultDraw } from "./call_faults.ts";
import { REAL } from "./disk.ts";
import { enter } from "./globals.ts";
import { Host } from "./host.ts";
import { Lab } from "./lab.ts";
import { Misfortune } from "./misfortune.ts";
import { connect } from "./network.ts";
import { planTasks, type TaskPlan } from "./plan.ts";
import { type Chance, chance } from "./random.ts";
import { SimServer } from "./sim_server.ts";
import { Watch } from "./watch.ts";
import { World } from "./world.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Now and then something goes wrong, as in a lab. */
const RATES = { server: 0.005, engine: 0.002, step: 0.00002 };

/** How long to run, and under which load. */
export interface LongRunOptions {
  readonly seed: number;
  readonly days: number;
  readonly perDay: number;
}

/** What an agent takes at the end of a day. */
export interface DayEnd {
  readonly day: number;
  readonly ended: number;
  readonly faults: number;
  /** Bytes. */
  readonly journal: number;
  /** Bytes of JavaScript's heap, what is the world's included. */
  readonly heap: number;
}

/** Lets one agent live for many days. @throws {Violation} */
export async function longRun(
  { seed, days, perDay }: LongRunOptions,
  folder: string,
  onDay: (end: DayEnd) => void,
): Promise<void> {
  const world = new World(seed);
  enter(world, seed);
  const story = chance(seed, "story");
  const draw = new FaultDraw(world, chance(seed, "faults"), { rates: RATES });
  const run = new LongRun({ world, draw, story, folder });
  try {
    for (let day = 1; day <= days; day++) {
      await run.day(perDay);
      onDay(run.end(day));
    }
  } finally {
    run.close();
  }
}

interface Parts {
  readonly world: World;
  readonly draw: FaultDraw;
  readonly story: Chance;
  readonly folder: string;
}

class LongRun {
  readonly #parts: Parts;
  readonly #watch: Watch;
  readonly #server: SimServer;
  readonly #lab: Lab;
  readonly #misfortune: Misfortune;
  #ended = 0;
  #days = 0;

  constructor(parts: Parts) {
    const { world, draw, folder, story } = parts;
    this.#parts = parts;
    this.#watch = new Watch(draw);
    const [files, dataDir] = [join(folder, "server"), join(folder, "lab")];
    for (const dir of [files, dataDir]) REAL.mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#server = new SimServer(files, this.#watch);
    this.#server.state.onTask((task) => this.#watch.onTask(task));
    connect({ server: this.#server, faults: draw, watcher: this.#watch });
    const host = new Host("lab", dataDir);
    host.engine.onStart = (run) => this.#watch.onStart(host, run);
    this.#watch.hosts.push(host);
    const [server, watch, labs] = [this.#server, this.#watch, [] as Lab[]];
    this.#lab = new Lab({ host, server, faults: draw, watch, chance: story });
    labs.push(this.#lab);
    this.#misfortune = new Misfortune({ world, draw, labs, server, watch, isLoose: false });
    this.#lab.startIn(0);
  }

  /** One day and its tasks. */
  async day(tasks: number): Promise<void> {
    const { world, story } = this.#parts;
    const begin = DAY_MS * this.#days++;
    for (const plan of planTasks(story, tasks, DAY_MS)) this.#submitLater(plan, begin);
    for (let next = begin + HOUR_MS; world.now < begin + DAY_MS;) {
      await world.step();
      if (world.now >= next) {
        this.#forget(next - 2 * HOUR_MS);
        next += HOUR_MS;
      }
      const { life } = this.#lab;
      this.#watch.look(life?.scheduler ? [life.actor] : [], this.#server.isUp);
      if (this.#watch.violation) throw this.#watch.violation;
      this.#misfortune.strike();
    }
  }

  end(day: number): DayEnd {
    const path = journalPath(this.#lab.host.dataDir);
    const size = (file: string) => REAL.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    return {
      day,
      ended: this.#ended,
      faults: this.#parts.draw.count,
      journal: size(path) + size(`${path}-wal`),
      heap: Deno.memoryUsage().heapUsed,
    };
  }

  close(): void {
    this.#lab.life?.kill();
    REAL.rmSync(this.#parts.folder, { recursive: true, force: true });
  }

  #submitLater(planned: TaskPlan, begin: number): void {
    const { world } = this.#parts;
    const short = { workMs: Math.min(planned.workMs, 20_000), id: `d${this.#days}-${planned.id}` };
    const plan = { ...planned, ...short, files: planned.files.slice(0, 5) };
    this.#lab.host.engine.plans.set(plan.id, plan);
    const wait = begin + planned.at - world.now;
    world.after(world.nature, wait, `submit ${plan.id}`, () => void this.#server.submit(plan));
  }

  /** What ended before then is nothing to the world any more. */
  #forget(before: number): void {
    const { state } = this.#server;
    const { engine } = this.#lab.host;
    const limit = this.#parts.world.wall - this.#parts.world.now + before;
    const isOld = (taskId: string) => (state.tasks.get(taskId)?.completedAt ?? Infinity) < limit;
    for (const file of [...state.files.values()]) {
      if (!isOld(file.taskId)) continue;
      state.files.delete(file.id);
      REAL.rmSync(file.path, { force: true });
    }
    engine.forget(({ plan, end }) => end !== undefined && isOld(plan.id));
    for (const { id } of [...state.tasks.values()].filter(({ id }) => isOld(id))) {
      state.tasks.delete(id);
      engine.plans.delete(id);
      this.#watch.forget(id);
      this.#ended++;
    }
  }
}
