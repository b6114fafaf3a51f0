import type { Engine } from "../docker/mod.ts";
import type { TaskSpec } from "./container_spec.ts";
import { LABEL, type Labels } from "./labels.ts";
import { removeSurely } from "./remove_surely.ts";

/** How long a removal is tried, milliseconds: a shutdown has 5 s. */
const PATIENCE_MS = 3_000;

/** The labels of a container that this agent makes for a purpose of its own. */
export function helperLabels(agentId: string, purpose: string): Labels {
  return { [LABEL.agent]: agentId, [LABEL.helper]: purpose };
}

/**
 * Makes a container for as long as `use` takes. It is removed whatever happens; if even that fails,
 * {@linkcode removeLeftovers} finds it later by its label.
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
    await removeSurely(engine, name, { patienceMs: PATIENCE_MS }).catch(() => {});
  }
}

/**
 * Removes the throw-away containers that this agent left behind, in an earlier life or in this one.
 * None may be in use.
 */
export async function removeLeftovers(
  engine: Engine,
  agentId: string,
  signal: AbortSignal,
): Promise<void> {
  const mine = await engine.listContainers({ labels: { [LABEL.agent]: agentId }, signal });
  for (const { id, labels } of mine) {
    if (labels[LABEL.helper] === undefined) continue;
    await removeSurely(engine, id, { patienceMs: PATIENCE_MS, signal });
  }
}
