import { listInContainer, type ListingOptions } from "./listing_container.ts";

/** One GPU, or one part of a GPU that is divided (MIG), as `nvidia-smi -L` lists it. */
export interface ListedGpu {
  /** As the driver counts: `0`, and `0:1` for a part. */
  readonly index: string;
  readonly uuid: string;
}

/** Lists NVIDIA's GPUs by NVIDIA's own program, which the engine's hook puts into the container. */
export async function listNvidiaGpus(options: ListingOptions): Promise<ListedGpu[]> {
  const all = { vendor: "nvidia", way: "nvidia", ids: "all", isListed: false } as const;
  return parseNvidiaListing(await listInContainer(options, all, ["nvidia-smi", "-L"]));
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
