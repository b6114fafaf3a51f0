import { Failure } from "../../i18n/mod.ts";
import { machineBoot } from "./boot_ids.ts";
import { containerName } from "./container_name.ts";
import { containerSpec, WORKSPACE } from "./container_spec.ts";
import { createRun } from "./create_run.ts";
import type { DockerExecutorOptions } from "./docker_executor.ts";
import type { EngineLink } from "./engine_link.ts";
import { traitsOf } from "./engine_traits.ts";
import type { Attempt } from "../executor.ts";
import { bringBack, userOfImage } from "./image_return.ts";
import { runLabels } from "./labels.ts";
import { refuseMissingMounts } from "./missing_mounts.ts";
import { type EngineFacts, spelledPath } from "./prepare.ts";

/** What {@linkcode makeRun} works with. */
export interface MakeRunOptions
  extends Pick<DockerExecutorOptions, "agentId" | "config" | "engine" | "log" | "owner"> {
  readonly link: EngineLink;
  readonly facts: EngineFacts;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
}

/**
 * Makes the container of an attempt as the configuration wants it and the engine needs it, or finds the one
 * that is there already.
 *
 * @param onRefused is called when the machine cannot make it
 */
export async function makeRun(options: MakeRunOptions, onRefused: () => void): Promise<string> {
  const { agentId, attempt, config, engine, facts, link, log, owner, signal } = options;
  const engineBoot = await link.retry(() => link.recentEngineBoot(signal), signal);
  const boot = await machineBoot(engine);
  const labels = runLabels({ agentId, owner, attempt, boot: boot?.id, engine: engineBoot?.id });
  const spell = (path: string) => spelledPath(path, facts);
  const traits = traitsOf(engine);
  const returning = { engine, image: config.executor.image, log, signal };
  const imageUser = await link.retry(() => userOfImage(returning), signal);
  const workspace = spell(attempt.workspace);
  const own = { attempt, labels, workspace, spell, traits, imageUser };
  const run = {
    attempt,
    agentId,
    name: containerName(attempt),
    spec: containerSpec(config, { ...facts, ...own }),
    onImageMissing: () => bringBack(returning),
    signal,
  };
  try {
    const mounts = [{ host: attempt.workspace, container: WORKSPACE }, ...config.paths.mounts];
    await refuseMissingMounts(mounts, traits);
    return await createRun(link, run);
  } catch (error) {
    if (error instanceof Failure) onRefused();
    throw error;
  }
}
