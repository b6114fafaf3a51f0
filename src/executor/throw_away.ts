import { type Engine, EngineError } from "../docker/mod.ts";
import { backoff, sleep } from "../util/mod.ts";
import type { TaskSpec } from "./container_spec.ts";
import { LABEL, type Labels } from "./labels.ts";

/** How often a removal is tried that the engine fails at: about 3 s in all. */
const REMOVALS = 6;

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
    await removeSurely(engine, name).catch(() => {});
  }
}

/** An engine can stumble over a container that is just ending, and manage the next time. */
async function removeSurely(engine: Engine, name: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      if (await engine.removeContainer(name, { force: true }) !== "in_progress") return;
    } catch (error) {
      if (!(error instanceof EngineError) || error.unreachable || attempt === REMOVALS) throw error;
    }
    if (attempt === REMOVALS) return;
    await sleep(backoff(attempt, { baseMs: 200, maxMs: 1_000 }));
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
    await engine.removeContainer(id, { force: true, signal });
  }
}
