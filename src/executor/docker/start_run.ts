import { type ContainerInfo, type Engine, EngineError } from "../../docker/mod.ts";
import { executorText } from "../../i18n/mod.ts";
import { StartRefused } from "../executor.ts";
import type { FailedStart } from "./container_status.ts";
import type { EngineLink } from "./engine_link.ts";
import { traitsOf } from "./engine_traits.ts";
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

/**
 * What the engine's refusal to start a container means where it is the task's own: its command or its user is
 * not in the image.
 *
 * @throws {StartRefused} when the machine is to blame; the error itself when it is no refusal, or not of a
 * container that is there
 */
export async function failedStartOf(
  engine: Engine,
  runId: string,
  { error, signal }: { readonly error: unknown; readonly signal: AbortSignal },
): Promise<FailedStart> {
  // Without an answer the run may be under way: it must not be started once more.
  if (!(error instanceof EngineError) || error.unreachable) throw error;
  const detail = error.detail ?? error.text.en;
  const info = await engine.inspectContainer(runId, signal);
  // A network that is gone is a 404, too, like a container that is.
  if (!info) throw error;
  const { exitCode } = info.state;
  const ownCode = traitsOf(engine).ownFault({ exitCode, error: detail });
  if (ownCode !== undefined) return { detail, exitCode: ownCode };
  throw new StartRefused(executorText.failedToStart({ detail }), { cause: error });
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
