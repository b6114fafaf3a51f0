import { type Engine, EngineError } from "../../docker/mod.ts";
import { backoff, sleep } from "../../util/mod.ts";

/**
 * Removes a container by force, and tries again where that fails: an engine can stumble over one that is
 * just ending, and manage the next time. One that is gone is fine.
 *
 * @throws {EngineError} the last failure, and at once where there is no engine.
 */
export async function removeSurely(
  engine: Engine,
  id: string,
  { retryMs = 10_000, signal }: {
    /** How long to try, and to wait for a removal that somebody else has begun, milliseconds. */
    readonly retryMs?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<void> {
  const deadline = performance.now() + retryMs;
  for (let attempt = 1;; attempt++) {
    try {
      const answer = await engine.removeContainer(id, { force: true, signal });
      if (answer !== "in_progress" || performance.now() > deadline) return;
    } catch (error) {
      if (!(error instanceof EngineError) || error.unreachable) throw error;
      if (performance.now() > deadline) throw error;
    }
    await sleep(backoff(attempt, { baseMs: 100, maxMs: 1_000 }), signal);
  }
}
