import type { Config } from "../../../config/mod.ts";
import type { Engine, HostConfig } from "../../../docker/mod.ts";
import type { Labels } from "../labels.ts";
import { withThrowAway } from "../throw_away.ts";
import { giveGpus } from "./give_gpus.ts";
import type { GpuFacts } from "./gpu_facts.ts";

/** A machine's listing is a few KiB; no more than this is looked at, in characters. */
const MOST = 64 * 1024;
/** How long it may take, milliseconds: on a GPU in trouble NVIDIA's program can hang for ever. */
const LIMIT_MS = 30_000;

/** What {@linkcode listInContainer} needs. */
export interface ListingOptions {
  readonly engine: Engine;
  readonly config: Config;
  readonly labels: Labels;
  readonly signal: AbortSignal;
}

/**
 * Has one short container, with all GPUs that `facts` can give, list them: wherever the engine runs, that is
 * where its GPUs are.
 *
 * @returns what the command printed; nothing where it cannot be run
 */
export async function listInContainer(
  { engine, config: { executor, sandbox }, labels, signal }: ListingOptions,
  facts: GpuFacts,
  command: readonly string[],
): Promise<string> {
  const { env, host } = giveGpus(facts);
  const hostConfig: HostConfig = {
    ...host,
    NetworkMode: "none",
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    ...sandbox.runtime !== undefined && { Runtime: sandbox.runtime },
  };
  const spec = {
    Image: executor.image,
    Entrypoint: command,
    Cmd: [],
    Env: env,
    Labels: labels,
    HostConfig: hostConfig,
  };
  const soon = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  const run = async (id: string) => {
    await engine.startContainer(id, soon);
    await engine.waitContainer(id, { signal: soon });
    let text = "";
    const decoder = new TextDecoder();
    const frames = engine.logs(id, { follow: false, timestamps: false, signal: soon });
    for await (const { data } of frames) {
      text += decoder.decode(data, { stream: true });
      if (text.length > MOST) break;
    }
    return text;
  };
  return await withThrowAway(engine, spec, run, soon).catch(() => {
    signal.throwIfAborted();
    return "";
  });
}
