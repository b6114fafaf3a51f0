import type { ContainerInfo, ContainerSummary } from "../../docker/mod.ts";
import type { Attempt, FoundRun } from "../executor.ts";
import { containerName } from "./container_name.ts";
import type { EngineLink } from "./engine_link.ts";
import { LABEL, labelOf, runOf, runOfLabels } from "./labels.ts";

/** The container of an attempt, by its name and labels, or by the id that is known of it. */
export async function findContainer(
  { engine, untilAnswered }: EngineLink,
  attempt: Attempt,
  agentId: string,
  signal: AbortSignal,
): Promise<ContainerInfo | undefined> {
  const isOurs = ({ labels }: ContainerInfo) => {
    const run = runOfLabels(labels, agentId);
    return run?.taskId === attempt.taskId && run.attempt === attempt.attempt;
  };
  const inspect = (name: string) =>
    untilAnswered(() => engine.inspectContainer(name, signal), signal);
  const named = await inspect(containerName(attempt));
  if (named && isOurs(named)) return named;
  // Somebody may have renamed it: then its id alone proves what it is.
  const known = attempt.runId === undefined ? undefined : await inspect(attempt.runId);
  return known && isOurs(known) ? known : undefined;
}

/** The runs that an agent has on the engine. See {@linkcode Executor.list}. */
export async function listRuns(
  { engine, retry }: EngineLink,
  { agentId, owner, ofAnyOwner, signal }: {
    readonly agentId: string;
    readonly owner?: string;
    /** Those of this agent's other owners, too. */
    readonly ofAnyOwner: boolean;
    readonly signal: AbortSignal;
  },
): Promise<FoundRun[]> {
  const list = () => engine.listContainers({ labels: { [LABEL.agent]: agentId }, signal });
  const mine = await retry(list, signal);
  return mine.flatMap((container): FoundRun[] => {
    const run = runOf(container, agentId);
    const theirs = labelOf(container.labels, "owner");
    const isTheirs = !ofAnyOwner && theirs !== undefined && theirs !== owner;
    if (!run || container.state === "removing" || isTheirs) return [];
    return [{ ...run, runId: container.id, state: stateOf(container) }];
  });
}

function stateOf({ state }: ContainerSummary): FoundRun["state"] {
  if (state === "created" || state === "exited") return state;
  return state === "dead" || state === "stopped" ? "exited" : "running";
}
