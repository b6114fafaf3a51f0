import type { MemoryContainer, MemoryTask } from "../../src/executor/memory/memory_container.ts";
import { MemoryEngine } from "../../src/executor/memory/memory_engine.ts";
import { REAL } from "./real_files.ts";
import { theWorld } from "./globals.ts";
import type { Host } from "./host.ts";
import { bytesOf, type TaskPlan } from "./plan.ts";
import type { Actor } from "./world.ts";

/** Why a container ended: by itself, or what was done to it. */
export type RunEnd = "itself" | "asked" | "killed" | "out of memory" | "lost" | "removed";

/** What really happened in a container. */
export interface Run {
  readonly plan: TaskPlan;
  readonly attempt: number;
  readonly container: MemoryContainer;
  readonly host: string;
  readonly startedAt: number;
  /** Which start of the engine has seen its beginning. */
  readonly start: number;
  /** The names of the files that it has written to their ends. */
  readonly written: Set<string>;
  stdout: string;
  end?: RunEnd;
  endedAt?: number;
  exitCode?: number;
  /** The agent has asked it to end. */
  isStopped?: boolean;
  isPaused?: boolean;
  /** A file that it wanted to write found no room. */
  isShort?: boolean;
}

/** The images that there are. Both run the same. */
export const IMAGES = ["lab:1", "lab:2"] as const;

/** How the engine answers. */
export type EngineState = "well" | "away" | "hanging";

const never = new AbortController().signal;

/** An engine in memory, what is wrong with it, and what its containers really did. */
export class SimEngine {
  readonly actor: Actor;
  readonly memory: MemoryEngine;
  /** Every run there ever was, the oldest first. */
  #runs: Run[] = [];
  readonly plans = new Map<string, TaskPlan>();
  state: EngineState = "well";
  /** Counts its starts. */
  start = 1;
  /** What is worked on ends soon: nobody waits for hours any more. */
  isHurried = false;
  /** Called when a program has started. */
  onStart: (run: Run) => void = () => {};

  constructor(actor: Actor) {
    this.actor = actor;
    const program = (task: MemoryTask) => this.#work(task);
    this.memory = new MemoryEngine({
      images: Object.fromEntries(IMAGES.map((image) => [image, program])),
    });
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** Forgets runs that nobody asks for any more. */
  forget(isForgotten: (run: Run) => boolean): void {
    this.#runs = this.#runs.filter((run) => !isForgotten(run));
  }

  /** Runs that are under way. */
  get running(): readonly Run[] {
    return this.runs.filter(({ end }) => end === undefined);
  }

  /** Ends a run in some way. */
  endRun(run: Run, how: Exclude<RunEnd, "itself" | "asked">): void {
    this.#ended(run, how);
    const { container } = run;
    if (how === "removed") this.memory.remove(container.options.id);
    else container.kill({ isLost: how === "lost", oomKilled: how === "out of memory" });
  }

  /** Goes down with all that is under way, and comes up again at once. */
  restart(): void {
    this.start++;
    for (const run of this.running) this.endRun(run, "lost");
    this.memory.restart();
    for (const run of this.runs) run.isPaused = false;
  }

  async #work({ env, workspace, stdout, signal }: MemoryTask): Promise<number> {
    const plan = this.plans.get(env.TASK_ID);
    const container = this.memory.containers.findLast((candidate) =>
      candidate.options.attempt.taskId === env.TASK_ID &&
      !this.runs.some((run) => run.container === candidate)
    );
    if (!plan || !container) throw new Error(`Nobody planned a task ${env.TASK_ID}`);
    const run: Run = {
      plan,
      attempt: container.options.attempt.attempt,
      container,
      host: this.actor.host ? (this.actor.host as Host).name : "",
      startedAt: theWorld().now,
      start: this.start,
      written: new Set(),
      stdout: "",
    };
    this.onStart(run);
    this.#runs.push(run);
    void this.#watch(run);
    const print = (text: string) => {
      run.stdout += text;
      stdout(text);
    };
    print(`begin ${plan.id}\n`);
    this.#lookAtInputs(run, workspace);
    await this.#rest(run, plan.workMs, signal);
    for (const file of plan.files) this.#writeFile(run, workspace, file);
    if (plan.files.length > 0) await this.#rest(run, 1, signal);
    print(`end ${plan.id}\n`);
    return run.isShort ? 28 : plan.exitCode;
  }

  async #watch(run: Run): Promise<void> {
    const end = await run.container.wait(never);
    if (run.end !== undefined) return;
    const isAsked = run.isStopped && end.state === "exited" && end.exitCode >= 128;
    this.#ended(run, end.state === "absent" ? "removed" : isAsked ? "asked" : "itself");
    if (end.state === "exited") run.exitCode = end.exitCode;
  }

  #ended(run: Run, how: RunEnd): void {
    run.end = how;
    run.endedAt = theWorld().now;
  }

  #lookAtInputs({ plan, container }: Run, workspace: string): void {
    const sheet = JSON.parse(REAL.readFileSync(`${workspace}/task.json`, "utf8"));
    const isWhole = plan.inputs.every((size, at) => {
      const path = `${workspace}/${sheet.input_files[at].local_path}`;
      const expected = bytesOf(`${plan.id} input ${at}`, size);
      return REAL.readFileSync(path).equals(expected);
    });
    if (!isWhole) throw new Error(`${container.options.id} was started without its inputs`);
  }

  /** Works for a while; ends with the container, or when it is asked to. */
  async #rest(run: Run, ms: number, signal: AbortSignal): Promise<void> {
    for (let left = ms; left > 0 || run.isPaused;) {
      const step = this.isHurried ? Math.min(left, 500) : Math.min(left, 10_000);
      await new Promise<void>((resolve) =>
        setTimeout(resolve, Math.max(step, run.isPaused ? 1_000 : 0))
      );
      if (run.end !== undefined) throw new Error("gone");
      if (signal.aborted && !run.plan.isDeaf) signal.throwIfAborted();
      if (!run.isPaused) left -= this.isHurried ? left : step;
    }
  }

  #writeFile(run: Run, workspace: string, { name, size }: TaskPlan["files"][number]): void {
    const { disk } = this.actor.host as Host;
    const path = `${workspace}/${name}`;
    try {
      disk.check("write", size);
      REAL.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      REAL.writeFileSync(path, bytesOf(`${run.plan.id} ${name}`, size));
      disk.unsynced.created(path);
      run.written.add(name);
    } catch {
      run.isShort = true;
    }
  }
}
