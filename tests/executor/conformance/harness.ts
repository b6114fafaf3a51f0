import type { Attempt, Executor } from "../../../src/executor/mod.ts";
import type { Ran } from "../helpers.ts";
import type { ProgramName } from "./programs.ts";

/** An executor on an engine, and what somebody else can do there. */
export interface Stand {
  /** See {@linkcode Harness.warnings}. */
  readonly warnings?: RegExp;
  readonly executor: Executor;
  readonly signal: AbortSignal;
  /** Makes the folder of an attempt and gives its parameters. */
  attempt(taskId?: string, attempt?: number): Promise<Attempt>;
  /** Creates, starts, waits, keeps the log. */
  run(attempt: Attempt): Promise<Ran>;
  /** Another executor of the same agent on the same folder, as after a restart of the agent. */
  again(options?: { readonly owner?: string }): Executor;
  /** One of another agent on the same engine. */
  stranger(): Executor;
  /** Whether the engine itself still has a run. */
  has(runId: string): Promise<boolean>;
  /** Kills the program of a run, as somebody on the machine can. */
  kill(runId: string): Promise<void>;
  /** Removes a run so. */
  removeBehind(runId: string): Promise<void>;
  /** The engine goes down and comes up again; only for rules with an engine of their own. */
  restartEngine(): Promise<void>;
}

/** Runs of an engine that goes down end with it, or outlive it. */
export type RunsOfEngine = "end with it" | "outlive it";

/** How the list is run against one kind of engine. */
export interface Harness {
  readonly name: string;
  /** What becomes of runs when the engine goes down. */
  readonly runs: RunsOfEngine;
  /** What a start warns of on every such engine on this machine. @default {of nothing} */
  readonly warnings?: RegExp;
  /** Runs the check of a rule where every task has its program, and leaves nothing behind. */
  with(rule: Rule): Promise<void>;
}

/** One thing that the scheduler relies on. */
export interface Rule {
  readonly name: string;
  readonly program: ProgramName;
  /** It needs an engine that nobody else uses. @default {false} */
  readonly ownEngine?: boolean;
  /** It holds only for such engines. @default {it holds for all} */
  readonly ifRuns?: RunsOfEngine;
  readonly check: (stand: Stand) => Promise<void>;
}
