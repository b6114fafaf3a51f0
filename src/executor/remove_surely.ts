import { EngineError } from "../docker/mod.ts";
import { backoff, sleep } from "../util/mod.ts";

/** What the engine says to a removal. */
type Removal = "removed" | "gone" | "in_progress";

/** How {@linkcode removeSurely} goes about it. */
export interface RemoveOptions {
  /** How long to try, and to wait for a removal that somebody else has begun, milliseconds. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Repeats a removal that fails: an engine can stumble over a container that is just ending, and manage
 * the next time.
 *
 * @throws {EngineError} the last failure, and at once where there is no engine.
 */
export async function removeSurely(
  remove: () => Promise<Removal>,
  { patienceMs, signal }: RemoveOptions,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 1;; attempt++) {
    try {
      if (await remove() !== "in_progress" || performance.now() > deadline) return;
    } catch (error) {
      if (!(error instanceof EngineError) || error.unreachable) throw error;
      if (performance.now() > deadline) throw error;
    }
    await sleep(backoff(attempt, { baseMs: 100, maxMs: 1_000 }), signal);
  }
}
