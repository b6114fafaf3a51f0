import { type Engine, EngineError } from "../../docker/mod.ts";

/**
 * Asks a container to end and kills it after `graceSecs`. Podman refuses to stop one that somebody has
 * paused: it is let go on first, for else it could not hear that it is to end either.
 *
 * @throws {EngineError} when the engine does not
 */
export async function stopRun(
  engine: Engine,
  id: string,
  options: { readonly graceSecs: number; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await engine.stopContainer(id, options);
  } catch (error) {
    if (!(error instanceof EngineError) || error.unreachable) throw error;
    const info = await engine.inspectContainer(id, options.signal);
    if (info?.state.status !== "paused") throw error;
    await engine.unpauseContainer(id, options.signal);
    await engine.stopContainer(id, options);
  }
}
