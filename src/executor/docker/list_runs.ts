import type { ContainerSummary } from "../../docker/mod.ts";
import type { FoundRun } from "../executor.ts";
import type { EngineLink } from "./engine_link.ts";
import { LABEL, labelOf, runOf } from "./labels.ts";

/** Whose runs {@linkcode listRuns} lists. */
export interface ListRunsOptions {
  readonly agentId: string;
  readonly owner?: string;
  /** Those of this agent's other owners, too. */
  readonly ofAnyOwner: boolean;
  readonly signal: AbortSignal;
}

/** The runs that an agent has on the engine. See {@linkcode Executor.list}. */
export async function listRuns(
  { engine, retry }: EngineLink,
  { agentId, owner, ofAnyOwner, signal }: ListRunsOptions,
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
  return state === "dead" ? "exited" : "running";
}
