import type { ContainerInfo } from "../../docker/mod.ts";
import type { Attempt } from "../executor.ts";
import { containerName } from "./container_name.ts";
import type { EngineLink } from "./engine_link.ts";
import { runOfLabels } from "./labels.ts";

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
