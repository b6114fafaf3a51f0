import type { Engine } from "../docker/mod.ts";
import type { TaskSpec } from "./container_spec.ts";
import { LABEL, type Labels } from "./labels.ts";

/** The labels of a container that this agent makes for a purpose of its own. */
export function helperLabels(agentId: string, purpose: string): Labels {
  return { [LABEL.agent]: agentId, [LABEL.helper]: purpose };
}

/**
 * Makes a container for as long as `use` takes. It is removed whatever happens; if even that fails, its
 * label lets the next start find it (see {@linkcode removeLeftovers}).
 */
export async function withThrowAway<T>(
  engine: Engine,
  spec: TaskSpec,
  use: (id: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const name = `open-aaas-helper-${crypto.randomUUID()}`;
  try {
    return await use(await engine.createContainer(name, spec, signal));
  } finally {
    // By name: a create that was cut off has left one, too. And not by the signal, which may be why.
    await engine.removeContainer(name, { force: true }).catch(() => {});
  }
}

/** Removes the throw-away containers that an earlier life of this agent left behind. */
export async function removeLeftovers(
  engine: Engine,
  agentId: string,
  signal: AbortSignal,
): Promise<void> {
  const mine = await engine.listContainers({ labels: { [LABEL.agent]: agentId }, signal });
  for (const { id, labels } of mine) {
    if (labels[LABEL.helper] === undefined) continue;
    await engine.removeContainer(id, { force: true, signal });
  }
}
