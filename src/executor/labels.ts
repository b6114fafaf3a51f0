import type { Attempt, FoundRun } from "./executor.ts";

/**
 * The labels of everything that this agent makes on an engine. `AGENT` is the mark of ownership: only
 * what carries this agent's own id is ever touched. The others are what a run is adopted by.
 */
export const LABEL = {
  /** The agent's UUID, `{data_dir}/agent.id`. */
  agent: "open-aaas.agent",
  task: "open-aaas.task",
  attempt: "open-aaas.attempt",
  /** The attempt's folder on the agent's machine. */
  workspace: "open-aaas.workspace",
  /** Boot of the machine at creation, where it is known. */
  boot: "open-aaas.boot",
  /** Start of the engine at creation, where it is known. */
  engine: "open-aaas.engine",
  /** Set on throw-away containers instead of a task: what they are for. */
  helper: "open-aaas.helper",
} as const;

/** Labels as the engine keeps them. */
export type Labels = Readonly<Record<string, string>>;

/** The labels of an attempt's container. */
export function runLabels(
  { agentId, attempt, boot, engine }: {
    readonly agentId: string;
    readonly attempt: Attempt;
    readonly boot?: string;
    readonly engine?: string;
  },
): Labels {
  return {
    [LABEL.agent]: agentId,
    [LABEL.task]: attempt.taskId,
    [LABEL.attempt]: String(attempt.attempt),
    [LABEL.workspace]: attempt.workspace,
    ...boot !== undefined && { [LABEL.boot]: boot },
    ...engine !== undefined && { [LABEL.engine]: engine },
  };
}

/** What a container's labels say of the run in it; undefined unless it is a run of this agent. */
export function runOfLabels(
  labels: Labels,
  agentId: string,
): Pick<FoundRun, "taskId" | "attempt" | "workspace"> | undefined {
  const taskId = labels[LABEL.task];
  const attempt = Number(labels[LABEL.attempt]);
  if (labels[LABEL.agent] !== agentId || taskId === undefined) return undefined;
  if (!Number.isSafeInteger(attempt) || attempt < 1) return undefined;
  return { taskId, attempt, workspace: labels[LABEL.workspace] ?? "" };
}
