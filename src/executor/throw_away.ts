import type { Engine } from "../docker/mod.ts";
import type { TaskSpec } from "./container_spec.ts";
import { helperName } from "./container_name.ts";
import { isHelper, LABEL } from "./labels.ts";
import { removeSurely } from "./remove_surely.ts";

/** How long a removal is tried, milliseconds: a shutdown has 5 s. */
const PATIENCE_MS = 3_000;

/**
 * Makes a container for as long as `use` takes. It is removed whatever happens; if even that fails,
 * {@linkcode removeLeftovers} finds it later by its labels and its name.
 */
export async function withThrowAway<T>(
  engine: Engine,
  spec: TaskSpec,
  use: (id: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const name = helperName();
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
  for (const container of mine) {
    if (!isHelper(container, agentId)) continue;
    await removeSurely(engine, container.id, { patienceMs: PATIENCE_MS, signal });
  }
}
