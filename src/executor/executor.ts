import { Failure, type Text } from "../i18n/mod.ts";
import type { OnOutput } from "./log/log_frame.ts";

/** One try at a task: all that an engine has to know of it. */
export interface Attempt {
  readonly taskId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The task's folder on this machine; absolute. */
  readonly workspace: string;
  /** Where the output of the run is kept; absolute. */
  readonly logPath: string;
  /** Ids of the GPUs that are this attempt's alone. @default {all that are configured} */
  readonly gpus?: readonly string[];
  /** The run of it that is known from before, if any: it is found even where it goes by another name. */
  readonly runId?: string;
}

/** The run of an attempt has ended by itself or was stopped. */
export interface ExitedRun {
  readonly state: "exited";
  readonly runId: string;
  readonly exitCode: number;
  /** Something in the run was killed for want of memory. It can be true with exit code 0. */
  readonly oomKilled: boolean;
  /** Milliseconds since the epoch by the engine's clock; 0 when it never started. */
  readonly startedAt: number;
  /** Milliseconds since the epoch by the engine's clock; never below `startedAt`. */
  readonly finishedAt: number;
  /** It ended while the engine was away, and nothing proves that it ended by itself. */
  readonly isDoubtful?: boolean;
  /** Why the program was never started: a missing command, an unknown user. */
  readonly failedToStart?: Text;
}

/** The engine has nothing (any more) for this attempt. */
export interface AbsentRun {
  readonly state: "absent";
}

/** The run ended because engine or machine went down, so its exit code says nothing. */
export interface LostRun {
  readonly state: "lost";
  /** What is left of it, if anything: it can still be collected from and removed. */
  readonly runId?: string;
}

/** What the engine says of an attempt. */
export type RunStatus =
  | AbsentRun
  | { readonly state: "created"; readonly runId: string }
  | {
    readonly state: "running";
    readonly runId: string;
    /** Milliseconds since the epoch by the engine's clock. */
    readonly startedAt: number;
  }
  | ExitedRun;

/** A run that the engine still has and that belongs to this agent. */
export interface FoundRun {
  readonly taskId: string;
  readonly attempt: number;
  readonly runId: string;
  readonly state: "created" | "running" | "exited";
  /** The attempt's folder on this machine, as it was when the run was made. */
  readonly workspace: string;
  /** The GPUs that are its own; absent where no task had any of its own. */
  readonly gpus?: readonly string[];
}

/** The last output of an attempt, at most 64 KiB each. Terminal escapes are still in it. */
export interface Tails {
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run has used so far. */
export interface RunUsage {
  /** Most memory at one time, bytes; absent where the engine does not tell. */
  readonly memoryPeak?: number;
  /** Memory now, bytes. */
  readonly memory?: number;
}

/**
 * The engine refused to start a run, and what it says blames the machine, not the task: a mount that is
 * away, a network that was removed, a device, a runtime. Nothing of the task has run.
 */
export class StartRefused extends Failure {
  override readonly name = "StartRefused";
}

/** What an engine says of itself. */
export interface EngineDescription {
  /** As people call it: `Docker`, `Podman`. */
  readonly name: string;
  readonly version: string;
}

/** How far {@linkcode Executor.prepare} has got. */
export interface PrepareOptions {
  /** One line for people on what is being done, as often as it changes (a pull: every layer). */
  readonly onProgress?: (text: Text) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs tasks on some engine. The scheduler knows an engine only by this; every call can be repeated
 * after a crash, and every call stops with the signal's reason when its signal is aborted.
 */
export interface Executor extends AsyncDisposable {
  /** For logs and status, for example `docker`. */
  readonly name: string;

  /** Ids of the GPUs that attempts can have for themselves; undefined until {@linkcode prepare} has found them. */
  readonly gpus: readonly string[] | undefined;

  /** What the engine is. @throws {Failure} when it does not say. */
  describe(signal: AbortSignal): Promise<EngineDescription>;

  /**
   * The checks of a start, in the order that explains best. Returns warnings.
   * @throws {Failure} that says what is wrong and what to do about it.
   */
  prepare(options: PrepareOptions): Promise<Text[]>;

  /**
   * Why no new task can be taken right now; undefined when ready. After a run that could not be made or
   * started it goes through the start check again, until that passes. Answers within half a minute.
   */
  obstacle(signal: AbortSignal): Promise<Text | undefined>;

  /**
   * Makes the run of an attempt without starting it, or finds the one that is there already.
   * @throws {Failure} when somebody else's run has its name, or the engine refuses.
   */
  create(attempt: Attempt, signal: AbortSignal): Promise<string>;

  /**
   * Starts a run. One that was started already is fine. A run that lacks its command or its user is not
   * an error here: `status` and `wait` show it as exited with `failedToStart`.
   * @throws {StartRefused} when something else of the machine keeps it from starting.
   */
  start(runId: string, signal: AbortSignal): Promise<void>;

  /** What became of an attempt: of its run by name and labels, or by the id that is known of it. */
  status(attempt: Attempt, signal: AbortSignal): Promise<RunStatus>;

  /** Waits for the end of a started run, through restarts and outages of the engine. */
  wait(runId: string, signal: AbortSignal): Promise<ExitedRun | AbsentRun | LostRun>;

  /** Asks the run to end and kills it after `graceSecs`. One that has ended, or is gone, is fine. */
  stop(runId: string, graceSecs: number, signal: AbortSignal): Promise<void>;

  /**
   * Follows the run's output into `attempt.logPath` until the run has ended and everything is read.
   * Called again after a crash it goes on exactly where the file stopped. A full disk costs output,
   * never the run.
   *
   * @param onOutput is given the output too, as it comes, secrets concealed
   */
  log(
    attempt: Attempt,
    runId: string,
    signal: AbortSignal,
    onOutput?: OnOutput,
  ): Promise<void>;

  /** The last of what {@linkcode log} kept; empty when there is nothing. */
  tails(attempt: Attempt): Promise<Tails>;

  /**
   * Tar of a path of a run that is not running, for instance `/workspace/output`. What the first part of its
   * names is, differs: the path's last part, or nothing.
   */
  archive(runId: string, path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;

  /** Removes a run, by force. One that is gone is fine. */
  remove(runId: string, signal?: AbortSignal): Promise<void>;

  /**
   * Every run that this agent has on the engine for its present owner, and those that do not say whose
   * they are (older versions'). Never another agent's or program's, and never what
   * somebody has made of a run: a copy has its labels, but not its name.
   *
   * @param options `ofAnyOwner`: those of this agent's other owners, too
   */
  list(signal: AbortSignal, options?: { readonly ofAnyOwner?: boolean }): Promise<FoundRun[]>;

  /**
   * Removes what the executor itself could not take away after use: no run, and nothing of another
   * agent. Not to be called beside {@linkcode prepare} or {@linkcode removeFolder}.
   */
  removeLeftovers(signal: AbortSignal): Promise<void>;

  /** Deletes a folder whose files belong to the container's user. One that is gone is fine. */
  removeFolder(path: string, signal?: AbortSignal): Promise<void>;

  /**
   * Bytes that a run takes on the disk of the data folder beside its workspace and its kept log; 0 where
   * the engine has all of that on another disk.
   * @throws {Failure} when the engine does not say.
   */
  diskUse(runId: string, signal?: AbortSignal): Promise<number>;

  /** Memory of a running run; undefined when it is not running. */
  usage(runId: string, signal?: AbortSignal): Promise<RunUsage | undefined>;
}
