import { schedulerText, type Text } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import type { PolledTask } from "../server/mod.ts";
import { within } from "../util/mod.ts";
import { folderName } from "../data_folder/mod.ts";
import type { Deps } from "./deps.ts";
import { chooseGpus } from "./gpu_leases.ts";
import type { HeldTasks } from "./held_tasks.ts";
import type { Obstacles } from "./obstacles.ts";
import { acceptAgain, latestOf, takeDeliveredBack } from "./task/reclaim.ts";
import type { UnderWay } from "./under_way.ts";

/** How long polling waits for the answer to an accept, milliseconds. */
const ACCEPT_MS = 10_000;

/** What {@linkcode TaskTaker} works with. */
export interface TaskTakerOptions {
  readonly deps: Deps;
  readonly underWay: UnderWay;
  readonly held: HeldTasks;
  readonly obstacles: Obstacles;
  /** Whether new tasks are wanted: every container is known, and the end has not begun. */
  readonly isOpen: () => boolean;
  /** A task has become this agent's. */
  readonly onTaken: () => void;
  readonly signal: AbortSignal;
}

/** Decides about each task that the Server hands out: new, under way here already, or ended here before. */
export class TaskTaker {
  readonly #options: TaskTakerOptions;
  #handedOutTwice: Text | undefined;

  constructor(options: TaskTakerOptions) {
    this.#options = options;
  }

  /** The Server hands out a task that another owner has under way here. */
  get handedOutTwice(): Text | undefined {
    return this.#handedOutTwice;
  }

  /** @returns whether the task is this agent's now and more could follow at once */
  async take(task: PolledTask): Promise<boolean> {
    const { deps, underWay, signal } = this.#options;
    const { journal, owner, log } = deps;
    if (task.id === undefined) {
      log.warn(schedulerText.taskWithoutId);
      return false;
    }
    const known = underWay.attempts.get(task.id);
    if (known) return await acceptAgain(known, signal);
    const other = journal.elsewhere(owner, task.id);
    // To run it would be to run it twice, and to pass it over means to pass over all that come after it.
    this.#handedOutTwice = other && other.serviceId === owner.serviceId
      ? schedulerText.handedOutTwice({ taskId: task.id, baseUrl: other.baseUrl })
      : undefined;
    if (this.#handedOutTwice) return false;
    const earlier = latestOf(deps, task.id);
    if (earlier && isKept(earlier)) return await this.#takeBack(earlier);
    return await this.#takeNew(task.id, task.raw, earlier);
  }

  async #takeBack(earlier: AttemptRow): Promise<boolean> {
    const { deps, underWay, held, signal } = this.#options;
    // It comes again.
    if (held.has(earlier.taskId)) return false;
    using _held = held.hold(earlier.taskId);
    underWay.go(await takeDeliveredBack(deps, earlier, signal), { resumed: false });
    return true;
  }

  async #takeNew(taskId: string, task: unknown, earlier?: AttemptRow): Promise<boolean> {
    const { deps, underWay, obstacles, isOpen, onTaken, signal } = this.#options;
    const { clock, journal, owner } = deps;
    if (!isOpen() || underWay.room === 0 || !await obstacles.none(signal)) return false;
    const known = underWay.attempts.get(taskId);
    if (known) return await acceptAgain(known, signal);
    const gpus = chooseGpus(deps);
    if (gpus === undefined) return false;
    const row = journal.add(owner, {
      taskId,
      attempt: (earlier?.attempt ?? 0) + 1,
      state: "accepting",
      task,
      folder: folderName(taskId),
      gpus,
    });
    const attempt = underWay.go(row, { resumed: false });
    // While the Server will not say, cancels of other tasks must be heard.
    const ours = await within(ACCEPT_MS, () => attempt.accepted.promise, { clock }) ?? false;
    if (ours) onTaken();
    return ours && underWay.room > 0;
  }
}

/** Whether the result of an ended attempt is still here, to be sent once more. */
function isKept({ cleaned, report, state, endedBy }: AttemptRow): boolean {
  return !cleaned && report !== null && state !== "lost" && endedBy !== "orphaned";
}
