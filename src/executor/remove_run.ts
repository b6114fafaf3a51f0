import { sleep } from "../util/mod.ts";
import type { EngineLink } from "./engine_link.ts";

/** How long somebody else's removal of the same container is waited for, in steps of 100 ms. */
const STEPS = 300;

/** Removes a run's container by force, however long the engine is away. One that is gone is fine. */
export async function removeRun(
  link: EngineLink,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const remove = () => link.engine.removeContainer(runId, { force: true, signal });
  for (let step = 1; step <= STEPS; step++) {
    if (await link.patiently(remove, signal) !== "in_progress") return;
    await sleep(100, signal);
  }
}
