import type { Config } from "../../../config/mod.ts";
import type { Engine } from "../../../docker/mod.ts";
import type { Labels } from "../labels.ts";
import { withThrowAway } from "../throw_away.ts";
import { giveGpus } from "./give_gpus.ts";

/** What NVIDIA's hook puts into every container that may use it. */
const PROGRAM = "nvidia-smi";
/** A machine's listing is a few KiB; no more than this is looked at, in characters. */
const MOST = 64 * 1024;

/** One GPU, or one part of a GPU that is divided (MIG), as `nvidia-smi -L` lists it. */
export interface ListedGpu {
  /** As the driver counts: `0`, and `0:1` for a part. */
  readonly index: string;
  readonly uuid: string;
}

/** Reads the answer of `nvidia-smi -L`. Of a GPU that is divided, the parts are what can be used. */
export function parseNvidiaListing(text: string): ListedGpu[] {
  const gpus: (ListedGpu & { readonly parts: ListedGpu[] })[] = [];
  for (const line of text.split("\n")) {
    const gpu = /^GPU (\d+):.*\(UUID: (GPU-[\w-]+)\)/.exec(line);
    const part = /^\s+MIG .*Device\s+(\d+):.*\(UUID: (MIG-[\w/-]+)\)/.exec(line);
    const last = gpus.at(-1);
    if (gpu) gpus.push({ index: gpu[1], uuid: gpu[2], parts: [] });
    else if (part && last) last.parts.push({ index: `${last.index}:${part[1]}`, uuid: part[2] });
  }
  return gpus.flatMap(({ parts, index, uuid }) => parts.length > 0 ? parts : [{ index, uuid }]);
}

/**
 * Has one short container list the GPUs: only in there is NVIDIA's program sure to be found, wherever the
 * engine runs.
 *
 * @returns none where the container cannot be had, or its program says nothing of the kind
 */
export async function listNvidiaGpus(
  engine: Engine,
  config: Config,
  { labels, signal }: { readonly labels: Labels; readonly signal: AbortSignal },
): Promise<ListedGpu[]> {
  const { executor, sandbox } = config;
  const { env, host } = giveGpus({
    vendor: "nvidia",
    way: "nvidia",
    ids: "all",
    isListed: false,
  });
  const spec = {
    Image: executor.image,
    Entrypoint: [PROGRAM, "-L"],
    Cmd: [],
    Env: env,
    Labels: labels,
    NetworkDisabled: true,
    HostConfig: {
      ...host,
      NetworkMode: "none",
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ...sandbox.runtime !== undefined && { Runtime: sandbox.runtime },
    },
  };
  const list = async (id: string) => {
    await engine.startContainer(id, signal);
    await engine.waitContainer(id, { signal });
    const frames = engine.logs(id, { follow: false, timestamps: false, signal });
    let text = "";
    const decoder = new TextDecoder();
    for await (const { data } of frames) {
      text += decoder.decode(data, { stream: true });
      if (text.length > MOST) break;
    }
    return parseNvidiaListing(text);
  };
  return await withThrowAway(engine, spec, list, signal).catch(() => {
    signal.throwIfAborted();
    return [];
  });
}
