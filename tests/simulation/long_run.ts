import { journalPath } from "../../src/data_folder/mod.ts";
import { FaultDraw } from "./call_faults.ts";
import { REAL } from "./real_files.ts";
import { enter } from "./globals.ts";
import type { Lab } from "./lab.ts";
import { Misfortune } from "./misfortune.ts";
import { planTasks, type TaskPlan } from "./plan.ts";
import { chance } from "./random.ts";
import { Stage, type StageParts } from "./stage.ts";
import { World } from "./world.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Now and then something goes wrong, as in a lab. */
const RATES = { server: 0.005, engine: 0.002, step: 0.00002, latencyMs: 20 };

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
  /** For so long the journal keeps what has ended, by the agent's configuration. */
  readonly historyDays: number;
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

class LongRun {
  readonly #parts: StageParts;
  readonly #stage: Stage;
  readonly #lab: Lab;
  readonly #misfortune: Misfortune;
  #ended = 0;
  #days = 0;

  constructor(parts: StageParts) {
    const { world, draw } = parts;
    this.#parts = parts;
    this.#stage = new Stage(parts);
    this.#lab = this.#stage.addLab("lab");
    const { labs, server, watch } = this.#stage;
    this.#misfortune = new Misfortune({ world, draw, labs, server, watch, isLoose: false });
    this.#lab.startIn(0);
  }

  /** One day and its tasks. */
  async day(tasks: number): Promise<void> {
    const { world, story } = this.#parts;
    const begin = DAY_MS * this.#days++;
    for (const plan of planTasks(story, tasks, DAY_MS)) this.#submitLater(plan, begin);
    for (let next = begin + HOUR_MS; world.now < begin + DAY_MS;) {
      await this.#stage.step();
      if (world.now >= next) {
        this.#forget(next - 2 * HOUR_MS);
        next += HOUR_MS;
      }
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
      historyDays: this.#lab.config.retention.historyDays,
    };
  }

  close(): void {
    this.#stage.close();
  }

  #submitLater(planned: TaskPlan, begin: number): void {
    const { world } = this.#parts;
    const short = { workMs: Math.min(planned.workMs, 20_000), id: `d${this.#days}-${planned.id}` };
    const plan = { ...planned, ...short, files: planned.files.slice(0, 5) };
    this.#lab.host.engine.plans.set(plan.id, plan);
    const wait = begin + planned.at - world.now;
    world.after(
      world.nature,
      wait,
      `submit ${plan.id}`,
      () => void this.#stage.server.submit(plan),
    );
  }

  /** What ended before then is nothing to the world any more. */
  #forget(before: number): void {
    const { state } = this.#stage.server;
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
      this.#stage.watch.forget(id);
      this.#ended++;
    }
  }
}
