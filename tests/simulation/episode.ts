import { drawGpus } from "./agent_config.ts";
import { FaultDraw, type Injected, type Rates } from "./call_faults.ts";
import { enter } from "./globals.ts";
import { untruth } from "./judge.ts";
import { lookForLeftovers, lostFiles } from "./leftovers.ts";
import { Misfortune } from "./misfortune.ts";
import { tooManyListeners } from "./listeners.ts";
import { planTasks, type TaskPlan } from "./plan.ts";
import { type Chance, chance } from "./random.ts";
import { Stage, type StageParts } from "./stage.ts";
import { Violation, type Watch } from "./watch.ts";
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
/** The part of all seeds in which the Server may forget, or another agent has the same key. */
const LOOSE = 0.15;
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
  // From a stream of their own: other stories remain what they were.
  const gpus = drawGpus(chance(seed, "GPUs"));
  const episode = new Episode({ world, folder, plans, spanMs, draw, story, gpus });
  try {
    await episode.play();
  } catch (error) {
    episode.watch.fail(error instanceof Violation ? error.message : String((error as Error).stack));
  } finally {
    episode.close();
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
    latencyMs: story.pick([20, 20, 100, 500]),
  };
}

interface EpisodeParts extends StageParts {
  readonly plans: readonly TaskPlan[];
  readonly spanMs: number;
}

class Episode {
  readonly #parts: EpisodeParts;
  readonly #stage: Stage;
  readonly #misfortune: Misfortune;

  constructor(parts: EpisodeParts) {
    const { world, draw, story, plans } = parts;
    this.#parts = parts;
    const stage = this.#stage = new Stage(parts);
    const isLoose = story.is(LOOSE);
    // Of which only the first has an agent from the beginning.
    for (const name of isLoose ? ["lab", "other lab"] : ["lab"]) {
      const { host } = stage.addLab(name);
      for (const plan of plans) host.engine.plans.set(plan.id, plan);
    }
    const { labs, server, watch } = stage;
    this.#misfortune = new Misfortune({ world, draw, labs, server, watch, isLoose, story });
  }

  get watch(): Watch {
    return this.#stage.watch;
  }

  async play(): Promise<void> {
    const { world, plans, spanMs, draw } = this.#parts;
    for (const plan of plans) this.#plan(plan);
    this.#stage.labs[0].startIn(0);
    await this.#until(() => world.now >= spanMs, () => this.#misfortune.strike());
    draw.isOver = true;
    this.#misfortune.end();
    for (const { host } of this.#stage.labs) host.engine.isHurried = true;
    await this.#until(() => this.#stage.labs.every(({ host }) => !host.isAsleep));
    await this.#settle();
    this.#judge();
    const tidied = world.now + TIDY_MS;
    await this.#until(() => world.now > tidied);
    for (const lab of this.#stage.labs) lab.drain();
    const gone = world.now + 120_000;
    await this.#until(() => this.#stage.labs.every(({ life }) => !life) || world.now > gone);
    for (const lab of this.#stage.labs) lookForLeftovers(lab, this.watch);
    const listeners = tooManyListeners();
    if (listeners) this.watch.fail(`${listeners} listeners of one signal`);
  }

  close(): void {
    this.#stage.close();
  }

  #plan(plan: TaskPlan): void {
    const { world } = this.#parts;
    world.after(
      world.nature,
      plan.at,
      `submit ${plan.id}`,
      () => void this.#stage.server.submit(plan),
    );
    if (plan.cancelAfter === undefined) return;
    const at = plan.at + plan.cancelAfter;
    world.after(world.nature, at, `cancel ${plan.id}`, () => this.#misfortune.cancel(plan.id));
  }

  async #settle(): Promise<void> {
    const { world, plans } = this.#parts;
    const since = world.now;
    const files = plans.reduce((sum, plan) => sum + plan.files.length, 0);
    const limit = since + SETTLED_MS + files * PER_FILE_MS;
    const answer = () => {
      for (const lab of this.#stage.labs) {
        lab.answerDoubts((taskId) => this.#stage.labs.some((other) => other.has(taskId)));
      }
    };
    await this.#until(() => this.#isSettled() || world.now > limit, answer);
    if (this.#isSettled()) return;
    this.watch.fail(`not settled after ${world.now - since} ms: ${this.#open()}`);
  }

  async #until(isDone: () => boolean, afterStep: () => void = () => {}): Promise<void> {
    while (!isDone()) {
      await this.#stage.step();
      afterStep();
    }
  }

  #isSettled(): boolean {
    const { state } = this.#stage.server;
    const isEnded = [...state.tasks.values()].every(({ completedAt }) => completedAt !== null);
    const journals = this.#stage.labs.filter((lab) => !lab.isNeverStarted)
      .map(({ life }) => life?.journal);
    return isEnded && journals.every((journal) => journal?.open().length === 0);
  }

  #open(): string {
    const tasks = [...this.#stage.server.state.tasks.values()]
      .filter(({ completedAt }) => completedAt === null).map(({ id, status }) => `${id} ${status}`);
    const agents = this.#stage.labs.map(({ life }) =>
      life?.journal?.open().map(({ taskId, state }) => `${taskId} ${state}`) ?? "gone"
    );
    return JSON.stringify({ tasks, agents });
  }

  #judge(): void {
    const { plans } = this.#parts;
    const { state } = this.#stage.server;
    const { facts } = this.#misfortune;
    for (const plan of plans) {
      const task = state.tasks.get(plan.id);
      if (!task) continue;
      const words = untruth({
        task,
        plan,
        runs: this.#stage.labs.flatMap(({ host }) => host.engine.runs).filter((run) =>
          run.plan === plan
        ),
        state,
        isCancelled: this.#misfortune.cancelled.has(plan.id),
        isLoose: this.watch.isLoose,
        ...facts,
      });
      if (words) this.watch.fail(`${plan.id}: ${words}`);
    }
    // A Server that forgets, a clock that was ahead or a full disk has them cleaned up while nobody notes it.
    const isUnnoted = this.watch.isLoose || facts.wasClockSet || facts.wasDiskBad;
    const mayBeGone = (taskId: string) => isUnnoted && this.watch.reported.has(taskId);
    for (const lab of this.#stage.labs) {
      const lost = lostFiles(lab, mayBeGone);
      if (lost) this.watch.fail(lost);
    }
  }
}
