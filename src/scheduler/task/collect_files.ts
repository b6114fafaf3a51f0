import type { Config } from "../../config/mod.ts";
import type { TaskPaths } from "../../data_folder/mod.ts";
import type { Executor } from "../../executor/mod.ts";
import { type Collection, collectOutputs } from "../../workspace/mod.ts";

/** What {@linkcode collectFiles} collects from, and by which rules. */
export interface CollectOptions {
  readonly config: Config;
  readonly executor: Executor;
  /** The container, whose own view of the workspace is read; null to read it without the engine. */
  readonly runId: string | null;
  readonly paths: Pick<TaskPaths, "workspace" | "spill">;
  /** Leaves out what cannot be read for the machine's trouble, rather than to fail. @default {false} */
  readonly leaveOutUnread?: boolean;
  readonly signal: AbortSignal;
}

/** Collects the output files of an attempt whose container has ended; the same for `run` and for `try`. */
export function collectFiles(options: CollectOptions): Promise<Collection> {
  const { config, executor, runId, paths, leaveOutUnread, signal } = options;
  return collectOutputs({
    dir: paths.workspace,
    mounts: config.paths.mounts.map((mount) => mount.container),
    limits: config.outputs,
    archive: runId === null ? undefined : (path, signal) => executor.archive(runId, path, signal),
    spill: paths.spill,
    leaveOutUnread,
    signal,
  });
}
