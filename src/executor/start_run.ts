import type { EngineLink } from "./engine_link.ts";

/**
 * Starts a container, once: a start that got no answer has often done its work, and the container may
 * even have ended since. Started again, it would run a second time.
 *
 * @throws {EngineError} the engine refuses to start it, or does not know it
 */
export async function startRun(
  { engine, patiently }: EngineLink,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  let tries = 0;
  await patiently(async () => {
    const info = tries++ === 0 ? undefined : await engine.inspectContainer(runId, signal);
    if (info?.state.startedAt === undefined) await engine.startContainer(runId, signal);
  }, signal);
}
