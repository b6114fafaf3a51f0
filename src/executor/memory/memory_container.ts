import { executorText } from "../../i18n/mod.ts";
import { abortable, type Clock } from "../../util/mod.ts";
import type { AbsentRun, Attempt, ExitedRun, LostRun, RunStatus } from "../executor.ts";
import type { LogFrame } from "../log/log_frame.ts";

/** The code of a container that was killed: 128 + KILL, as engines give it. */
const KILLED = 137;
/** The same of a program that leaves when it is asked to: 128 + TERM. */
const TERMINATED = 143;
/** What shells and engines say of a command that is not there. */
const NO_COMMAND = 127;

/** What a program in memory has of its task. */
export interface MemoryTask {
  readonly env: Readonly<Record<string, string>>;
  /** The task's folder on this machine; absolute. */
  readonly workspace: string;
  /** Prints, without adding a line break. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborted when the container is asked to end. */
  readonly signal: AbortSignal;
}

/**
 * What runs in a container in memory: returns its exit code. One that fails has the code 1, or 143 once it
 * was asked to end. Nothing can stop a function that goes on after its time: what it does then is nobody's.
 */
export type MemoryProgram = (task: MemoryTask) => Promise<number>;

/** What a container in memory is made of. */
export interface MemoryContainerOptions {
  readonly id: string;
  readonly agentId: string;
  readonly owner?: string;
  readonly attempt: Attempt;
  readonly env: Readonly<Record<string, string>>;
  /** Without one the start fails like that of a missing command. */
  readonly program?: MemoryProgram;
  readonly clock: Clock;
}

type End =
  & Pick<ExitedRun, "exitCode" | "failedToStart">
  & Partial<Pick<ExitedRun, "oomKilled">>
  & { readonly isLost?: boolean };

/** A container whose program is a function. */
export class MemoryContainer {
  readonly options: MemoryContainerOptions;
  readonly #frames: LogFrame[] = [];
  readonly #stopping = new AbortController();
  #startedAt: number | undefined;
  #end: (End & { readonly finishedAt: number }) | undefined;
  #isRemoved = false;
  #changed = Promise.withResolvers<void>();

  constructor(options: MemoryContainerOptions) {
    this.options = options;
  }

  /** Starts the program, once. */
  start(): void {
    if (this.#startedAt !== undefined || this.#end) return;
    const { program, clock } = this.options;
    if (!program) {
      const failedToStart = executorText.failedToStart({ detail: "no such command" });
      return this.#finish({ exitCode: NO_COMMAND, failedToStart });
    }
    this.#startedAt = clock.wall();
    void this.#run(program);
  }

  /** What the engine says of it. */
  status(): RunStatus {
    if (this.#isRemoved) return { state: "absent" };
    const runId = this.options.id;
    const startedAt = this.#startedAt ?? 0;
    if (this.#end) {
      const { exitCode, failedToStart, finishedAt, oomKilled = false } = this.#end;
      const exited = { state: "exited", runId, exitCode, startedAt, finishedAt } as const;
      return { ...exited, oomKilled, ...failedToStart && { failedToStart } };
    }
    if (this.#startedAt === undefined) return { state: "created", runId };
    return { state: "running", runId, startedAt };
  }

  /** Waits for its end. */
  async wait(signal: AbortSignal): Promise<ExitedRun | AbsentRun | LostRun> {
    for (;;) {
      const status = this.status();
      if (status.state === "absent") return status;
      if (status.state === "exited") {
        return this.#end?.isLost ? { state: "lost", runId: status.runId } : status;
      }
      await this.#change(signal);
    }
  }

  /** Its output from the first piece on, until it has ended. */
  async *output(signal: AbortSignal): AsyncGenerator<LogFrame> {
    for (let next = 0;;) {
      while (next < this.#frames.length) yield this.#frames[next++];
      if (this.#end || this.#isRemoved) return;
      await this.#change(signal);
    }
  }

  /** Asks it to end, and kills it after `graceMs` milliseconds. */
  async stop(graceMs: number, signal: AbortSignal): Promise<void> {
    if (this.status().state !== "running") return;
    this.#stopping.abort(new Error("TERM"));
    const over = new AbortController();
    const grace = this.options.clock.sleep(graceMs, AbortSignal.any([signal, over.signal]))
      .then(() => this.kill());
    grace.catch(() => {});
    try {
      await Promise.race([this.wait(signal), grace]);
    } finally {
      over.abort();
    }
  }

  /** Ends it without asking: for want of memory, or when it goes down with its engine and is lost. */
  kill(why: Pick<End, "isLost" | "oomKilled"> = {}): void {
    if (this.status().state === "running") this.#finish({ exitCode: KILLED, ...why });
  }

  remove(): void {
    this.kill();
    this.#isRemoved = true;
    this.#wake();
  }

  async #run(program: MemoryProgram): Promise<void> {
    const { env, attempt: { workspace } } = this.options;
    const { signal } = this.#stopping;
    const stdout = (text: string) => this.#print("stdout", text);
    const stderr = (text: string) => this.#print("stderr", text);
    let exitCode: number;
    try {
      exitCode = await program({ env, workspace, stdout, stderr, signal });
    } catch (error) {
      if (!signal.aborted) stderr(`${error}\n`);
      exitCode = signal.aborted ? TERMINATED : 1;
    }
    this.#finish({ exitCode });
  }

  #print(stream: LogFrame["stream"], text: string): void {
    if (this.#end || text === "") return;
    const time = new Date(this.options.clock.wall()).toISOString();
    this.#frames.push({ stream, time, data: new TextEncoder().encode(text) });
    this.#wake();
  }

  #finish(end: End): void {
    if (this.#end) return;
    const finishedAt = this.#startedAt === undefined ? 0 : this.options.clock.wall();
    this.#end = { ...end, finishedAt };
    this.#stopping.abort(new Error("KILL"));
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #change(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await abortable(this.#changed.promise, signal);
  }
}
