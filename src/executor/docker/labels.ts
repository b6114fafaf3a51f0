import type { ContainerSummary } from "../../docker/mod.ts";
import { containerName, isHelperName } from "./container_name.ts";
import type { Attempt, FoundRun } from "../executor.ts";

/**
 * The labels of everything that this agent makes on an engine. Only what carries this agent's own id is
 * ever touched, but labels travel with images: a container of an image that somebody made of a task's
 * container (`docker commit`) has them, too. So they count only beside the name that goes with them,
 * see {@linkcode runOf}, or an id that the journal knows; and as a container inherits from its image
 * the labels that it does not have itself, it gets all of these, "" for those that say nothing.
 */
export const LABEL = {
  /** The agent's UUID, `{data_dir}/agent.id`. */
  agent: "open-aaas.agent",
  /** The Server and the service that the task is of, where the caller tells. */
  owner: "open-aaas.owner",
  task: "open-aaas.task",
  attempt: "open-aaas.attempt",
  /** The attempt's folder on the agent's machine. */
  workspace: "open-aaas.workspace",
  /** Ids of the GPUs that are the attempt's own, with commas; a name of CDI has none in it. */
  gpus: "open-aaas.gpus",
  /** Boot of the machine at creation, where it is known. */
  boot: "open-aaas.boot",
  /** Start of the engine at creation, where it is known. */
  engine: "open-aaas.engine",
  /** Set on throw-away containers instead of a task: what they are for. */
  helper: "open-aaas.helper",
} as const;

/** Labels as the engine keeps them. */
export type Labels = Readonly<Record<string, string>>;

const NONE: Labels = Object.fromEntries(Object.values(LABEL).map((name) => [name, ""]));

/** A label's value; undefined when it says nothing. */
export function labelOf(labels: Labels, name: keyof typeof LABEL): string | undefined {
  return labels[LABEL[name]] || undefined;
}

/** The labels of an attempt's container. */
export function runLabels(
  { agentId, owner, attempt, boot, engine }: {
    readonly agentId: string;
    readonly owner?: string;
    readonly attempt: Attempt;
    readonly boot?: string;
    readonly engine?: string;
  },
): Labels {
  return {
    ...NONE,
    [LABEL.agent]: agentId,
    ...owner !== undefined && { [LABEL.owner]: owner },
    [LABEL.task]: attempt.taskId,
    [LABEL.attempt]: String(attempt.attempt),
    [LABEL.workspace]: attempt.workspace,
    ...attempt.gpus && { [LABEL.gpus]: attempt.gpus.join(",") },
    ...boot !== undefined && { [LABEL.boot]: boot },
    ...engine !== undefined && { [LABEL.engine]: engine },
  };
}

/** The labels of a container that this agent makes for a purpose of its own. */
export function helperLabels(agentId: string, purpose: string): Labels {
  return { ...NONE, [LABEL.agent]: agentId, [LABEL.helper]: purpose };
}

/** What a container's labels say of the run in it; undefined unless they are those of a run of this agent. */
export function runOfLabels(
  labels: Labels,
  agentId: string,
): Pick<FoundRun, "taskId" | "attempt" | "workspace" | "gpus"> | undefined {
  const taskId = labelOf(labels, "task");
  const attempt = Number(labelOf(labels, "attempt"));
  if (labels[LABEL.agent] !== agentId || taskId === undefined) return undefined;
  if (!Number.isSafeInteger(attempt) || attempt < 1) return undefined;
  const gpus = labelOf(labels, "gpus")?.split(",");
  return { taskId, attempt, workspace: labelOf(labels, "workspace") ?? "", ...gpus && { gpus } };
}

/** The run in a container; undefined unless both labels and name say that it is a run of this agent. */
export function runOf(
  { labels, name }: Pick<ContainerSummary, "labels" | "name">,
  agentId: string,
): ReturnType<typeof runOfLabels> {
  const run = runOfLabels(labels, agentId);
  return run && name === containerName(run) ? run : undefined;
}

/** Whether both labels and name say that a container is one of this agent's own use. */
export function isHelper(
  { labels, name }: Pick<ContainerSummary, "labels" | "name">,
  agentId: string,
): boolean {
  return labels[LABEL.agent] === agentId && labelOf(labels, "helper") !== undefined &&
    isHelperName(name);
}
