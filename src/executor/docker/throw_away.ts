import type { ContainerSpec, Engine } from "../../docker/mod.ts";
import { within } from "../../util/mod.ts";
import { helperName } from "./container_name.ts";
import { isHelper, LABEL } from "./labels.ts";
import { removeSurely } from "./remove_surely.ts";

/** How long a removal is tried, milliseconds: a shutdown has 5 s. */
const RETRY_MS = 3_000;
/** How long one removal may hang before it is left for the next time, milliseconds. */
const HUNG_MS = 20_000;

/**
 * Makes a container for as long as `use` takes. It is removed whatever happens; if even that fails,
 * {@linkcode removeLeftovers} finds it later by its labels and its name.
 */
export async function withThrowAway<T>(
  engine: Engine,
  spec: ContainerSpec,
  use: (id: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const name = helperName();
  try {
    return await use(await engine.createContainer(name, spec, signal));
  } finally {
    // By name, since a create that was cut off leaves one without telling its id; and without the
    // signal, whose abort may be what brought us here.
    await removeSoon(engine, name).catch(() => {});
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
  const helpers = mine.filter((container) => isHelper(container, agentId));
  // All at once, so that one whose removal hangs does not keep the others.
  const removals = helpers.map(({ id }) => removeSoon(engine, id, signal));
  for (const removal of await Promise.allSettled(removals)) {
    if (removal.status === "rejected") throw removal.reason;
  }
}

async function removeSoon(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
  const remove = (signal: AbortSignal) => removeSurely(engine, id, { retryMs: RETRY_MS, signal });
  await within(HUNG_MS, remove, { signal });
}
