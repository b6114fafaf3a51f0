import type { ContainerInfo } from "../../docker/mod.ts";
import type { EngineLink } from "./engine_link.ts";
import { labelOf } from "./labels.ts";
import { removeSurely } from "./remove_surely.ts";

/**
 * Starts a container, once: a start that got no answer has often done its work, and the container may
 * even have ended since. Started again, it would run a second time. An engine that was killed over a
 * start has forgotten it, although the program ran: such a container is removed, and so counts as lost.
 *
 * @throws {EngineError} the engine refuses to start it, or does not know it
 */
export async function startRun(
  link: EngineLink,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const { engine, retry } = link;
  let tries = 0;
  await retry(async () => {
    const info = tries++ === 0 ? undefined : await engine.inspectContainer(runId, signal);
    if (info?.state.startedAt !== undefined) return;
    if (info && await isOfAnEarlierEngine(info, link, signal)) {
      await removeSurely(engine, runId, { signal });
      return;
    }
    await engine.startContainer(runId, signal);
  }, signal);
}

async function isOfAnEarlierEngine(
  { labels }: ContainerInfo,
  { engineBoot }: EngineLink,
  signal: AbortSignal,
): Promise<boolean> {
  const then = labelOf(labels, "engine");
  const now = await engineBoot(signal);
  return then !== undefined && now !== undefined && then !== now.id;
}
