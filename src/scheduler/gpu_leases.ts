import type { Deps } from "./deps.ts";

/** What decides about GPUs. */
export type GpuDeps = Pick<Deps, "config" | "executor" | "journal">;

/** A GPU, and the tasks that have it at present. */
export interface GpuUse {
  readonly id: string;
  readonly taskIds: readonly string[];
}

/**
 * Which task has which GPU, by the journal; undefined where none is leased. A run from before there were
 * leases has all of them.
 */
export function gpuUses({ config, executor, journal }: GpuDeps): GpuUse[] | undefined {
  if (config.executor.gpu?.perTask === undefined) return undefined;
  const leases = journal.leases();
  return (executor.gpus ?? []).map((id) => ({
    id,
    taskIds: leases.filter(({ gpus }) => gpus?.includes(id) ?? true).map(({ taskId }) => taskId),
  }));
}

/**
 * The GPUs for one more task, the least used ones first.
 *
 * @returns null where tasks have none of their own, undefined while too few are free
 */
export function chooseGpus(deps: GpuDeps): string[] | null | undefined {
  const loads = loadsOf(deps);
  return loads ? choose(loads, deps) : null;
}

/**
 * Whether an attempt has what it needs of the GPUs. One that was there when it was taken may be there no more, or
 * is not this agent's any more.
 */
export function hasItsGpus({ config, executor }: GpuDeps, own: readonly string[] | null): boolean {
  if (config.executor.gpu?.perTask === undefined) return true;
  const { gpus = [] } = executor;
  return own !== null && own.every((id) => gpus.includes(id));
}

/** How many more tasks find the GPUs that they need; Infinity where none is leased. */
export function gpuRoom(deps: GpuDeps): number {
  const loads = loadsOf(deps);
  if (!loads) return Infinity;
  for (let room = 0;; room++) {
    const chosen = choose(loads, deps);
    if (!chosen) return room;
    for (const load of loads) if (chosen.includes(load.id)) load.tasks++;
  }
}

/** A GPU, and how many tasks have it. */
interface Load {
  readonly id: string;
  tasks: number;
}

function loadsOf(deps: GpuDeps): Load[] | undefined {
  return gpuUses(deps)?.map(({ id, taskIds }) => ({ id, tasks: taskIds.length }));
}

function choose(
  loads: readonly Load[],
  { config: { executor: { gpu } } }: GpuDeps,
): string[] | undefined {
  const { perTask, tasksPerGpu } = gpu!;
  const free = loads.filter(({ tasks }) => tasks < tasksPerGpu)
    .toSorted((a, b) => a.tasks - b.tasks);
  return free.length < perTask! ? undefined : free.slice(0, perTask).map(({ id }) => id);
}
