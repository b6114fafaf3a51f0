import { join } from "node:path";

import { FaultDraw, type Injected, type Rates } from "./call_faults.ts";
import { REAL } from "./disk.ts";
import { openNumbers } from "./files.ts";
import { enter } from "./globals.ts";
import { Host } from "./host.ts";
import { type Case, untruth } from "./judge.ts";
import { Lab } from "./lab.ts";
import { Misfortune } from "./misfortune.ts";
import { connect } from "./network.ts";
import { planTasks, type TaskPlan } from "./plan.ts";
import { type Chance, chance } from "./random.ts";
import { SimServer } from "./sim_server.ts";
import { Violation, Watch } from "./watch.ts";
import { World } from "./world.ts";

/** How an episode is played. */
export interface EpisodeOptions {
  readonly seed: number;
  /** So many faults at most; after that all is well. @default {Infinity} */
  readonly faults?: number;
  /** @default {drawn from the seed} */
  readonly tasks?: number;
  /** Is given every line of the trace. */
  readonly onLine?: (line: string) => void;
}

/** What became of it. */
export interface EpisodeResult {
  readonly seed: number;
  readonly faults: readonly Injected[];
  readonly hours: number;
  readonly steps: number;
  readonly tasks: number;
  /** The same for two episodes that took the same decisions. */
  readonly mark: string;
  readonly violation?: string;
  readonly trace: readonly string[];
}

/** After the last fault everything has ended within this time. Milliseconds. */
const SETTLED_MS = 600_000;
/** Each file is a request, of 150 a minute, and each must be looked for after a fault. Milliseconds. */
const PER_FILE_MS = 1_200;
/** The janitor has had its rounds by then, milliseconds. */
const TIDY_MS = 200_000;

/** Plays one seed from its beginning to its end, in a folder of its own. */
export async function playEpisode(options: EpisodeOptions, folder: string): Promise<EpisodeResult> {
  const { seed, tasks: wanted, faults: limit } = options;
  const world = new World(seed);
  if (options.onLine) world.trace.onLine = options.onLine;
  enter(world, seed);
  const story = chance(seed, "story");
  const spanMs = story.weighted([[4, 600_000], [3, 3_600_000], [2, 6 * 3_600_000]]);
  const plans = planTasks(story, wanted ?? story.between(1, 14), spanMs);
  const draw = new FaultDraw(world, chance(seed, "faults"), { rates: drawRates(story), limit });
  const episode = new Episode({ world, folder, plans, spanMs, draw, story });
  try {
    await episode.play();
  } catch (error) {
    episode.watch.fail(error instanceof Violation ? error.message : String((error as Error).stack));
  } finally {
    await episode.close();
  }
  return {
    seed,
    faults: draw.injected,
    hours: world.now / 3_600_000,
    steps: world.steps,
    tasks: plans.length,
    mark: world.trace.mark,
    violation: episode.watch.violation?.message,
    trace: world.trace.last(200),
  };
}

/** Quiet stretches and storms both happen. */
function drawRates(story: Chance): Rates {
  return {
    server: story.pick([0, 0.02, 0.1, 0.3, 0.5]),
    engine: story.pick([0, 0.02, 0.1, 0.3]),
    step: story.pick([0.0005, 0.003, 0.01, 0.03]),
  };
}

interface EpisodeParts {
  readonly world: World;
  readonly folder: string;
  readonly plans: readonly TaskPlan[];
  readonly spanMs: number;
  readonly draw: FaultDraw;
  readonly story: Chance;
}

class Episode {
  readonly watch: Watch;
  readonly #parts: EpisodeParts;
  readonly #server: SimServer;
  readonly #lab: Lab;
  readonly #misfortune: Misfortune;

  constructor(parts: EpisodeParts) {
    const { world, folder, plans, draw, story } = parts;
    this.#parts = parts;
    this.watch = new Watch(draw);
    const files = join(folder, "server");
    const dataDir = join(folder, "data");
    for (const dir of [files, dataDir]) REAL.mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#server = new SimServer(files, this.watch);
    this.#server.state.onTask((task) => this.watch.onTask(task));
    connect({ server: this.#server, faults: draw, watcher: this.watch });
    const host = new Host("lab", dataDir);
    host.engine.onStart = (run) => this.watch.onStart(host, run);
    for (const plan of plans) host.engine.plans.set(plan.id, plan);
    this.watch.hosts.push(host);
    this.#lab = new Lab({
      host,
      server: this.#server,
      faults: draw,
      watch: this.watch,
      chance: story,
    });
    this.#misfortune = new Misfortune({
      world,
      draw,
      lab: this.#lab,
      server: this.#server,
      watch: this.watch,
    });
  }

  async play(): Promise<void> {
    const { world, plans, spanMs, draw } = this.#parts;
    for (const plan of plans) this.#plan(plan);
    this.#lab.startIn(0);
    await this.#until(() => world.now >= spanMs, () => this.#misfortune.strike());
    draw.isOver = true;
    this.#misfortune.end();
    this.#lab.host.engine.isHurried = true;
    await this.#until(() => !this.#lab.host.isAsleep);
    const since = world.now;
    const files = plans.reduce((sum, plan) => sum + plan.files.length, 0);
    const limit = since + SETTLED_MS + files * PER_FILE_MS;
    await this.#until(() => this.#isSettled() || world.now > limit, () => this.#lab.answerDoubts());
    if (!this.#isSettled()) {
      this.watch.fail(`not settled after ${world.now - since} ms: ${this.#open()}`);
    }
    this.#judge();
    const tidied = world.now + TIDY_MS;
    await this.#until(() => world.now > tidied);
    this.#lab.drain();
    const gone = world.now + 120_000;
    await this.#until(() => !this.#lab.life || world.now > gone);
    this.#lookForLeftovers();
  }

  /** Ends everything, also in the middle. */
  async close(): Promise<void> {
    this.#lab.life?.kill();
    this.#server.goDown();
    REAL.rmSync(this.#parts.folder, { recursive: true, force: true });
    await Promise.resolve();
  }

  #plan(plan: TaskPlan): void {
    const { world } = this.#parts;
    world.after(world.nature, plan.at, `submit ${plan.id}`, () => void this.#server.submit(plan));
    if (plan.cancelAfter === undefined) return;
    const at = plan.at + plan.cancelAfter;
    world.after(world.nature, at, `cancel ${plan.id}`, () => this.#misfortune.cancel(plan.id));
  }

  async #until(isDone: () => boolean, afterStep: () => void = () => {}): Promise<void> {
    const { world } = this.#parts;
    while (!isDone()) {
      if (!await world.step()) throw new Violation("nothing happens any more");
      const { life } = this.#lab;
      this.watch.look(life?.scheduler ? [life.actor] : [], this.#server.isUp);
      if (this.watch.violation) throw this.watch.violation;
      afterStep();
    }
  }

  #isSettled(): boolean {
    const { state } = this.#server;
    const { journal } = this.#lab.life ?? {};
    const isEnded = [...state.tasks.values()].every(({ completedAt }) => completedAt !== null);
    return isEnded && journal !== undefined && journal.open().length === 0;
  }

  #open(): string {
    const tasks = [...this.#server.state.tasks.values()]
      .filter(({ completedAt }) => completedAt === null).map(({ id, status }) => `${id} ${status}`);
    const rows = this.#lab.life?.journal?.open().map(({ taskId, state }) => `${taskId} ${state}`);
    return JSON.stringify({ tasks, rows, agent: this.#lab.life ? "lives" : "gone" });
  }

  #judge(): void {
    const { plans } = this.#parts;
    const { state } = this.#server;
    for (const plan of plans) {
      const task = state.tasks.get(plan.id);
      if (!task) continue;
      const facts: Case = {
        task,
        plan,
        runs: this.#lab.host.engine.runs.filter((run) => run.plan === plan),
        state,
        isCancelled: this.#misfortune.cancelled.has(plan.id),
        ...this.#misfortune.facts,
      };
      const words = untruth(facts);
      if (words) this.watch.fail(`${plan.id}: ${words}`);
    }
  }

  #lookForLeftovers(): void {
    const { host, life } = this.#lab;
    if (life) this.watch.fail("the agent did not go after its drain");
    const containers = host.engine.memory.containers.map(({ options }) => options.attempt.taskId);
    if (containers.length > 0) this.watch.fail(`containers are left: ${containers}`);
    const odd = REAL.readdirSync(host.dataDir, { recursive: true }).map(String)
      .filter((name) =>
        /\.(?:tmp|part|new|tail-\d+)$/.test(name) && !name.startsWith("workspaces/")
      );
    if (odd.length > 0) this.watch.fail(`files are left: ${odd}`);
    if (openNumbers() > 0) this.watch.fail(`${openNumbers()} files are open still`);
  }
}
