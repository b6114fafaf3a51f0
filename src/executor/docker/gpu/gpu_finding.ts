import type { EngineInfo } from "../../../docker/mod.ts";
import { doctorText, type Finding, ok, problem, textOf, warning } from "../../../i18n/mod.ts";
import { nameOf } from "../engine_traits.ts";
import { gpuProblem } from "../promises.ts";
import { findGpus, type GpuSearch } from "./find_gpus.ts";
import { type GpuFacts, kindOf } from "./gpu_facts.ts";

/** NVIDIA's own runtime; without it, `nvidia-ctk` has not been run for this engine. */
const NVIDIA_RUNTIME = "nvidia";

/** How tasks get their GPUs, or why they would not. */
export async function gpuFinding(
  { engine, config, info, version }: Omit<GpuSearch, "labels" | "signal"> & {
    readonly info: EngineInfo;
    readonly version: string;
  },
): Promise<Finding> {
  const ignored = gpuProblem(engine, version);
  if (ignored) return problem(ignored);
  const signal = new AbortController().signal;
  try {
    const facts = await findGpus({ engine, config, info, signal });
    return findingOf(facts!, info, nameOf(engine));
  } catch (error) {
    return problem(textOf(error));
  }
}

function findingOf(
  { way, ids, vendor, isListed }: GpuFacts,
  { runtimes }: EngineInfo,
  engine: string,
): Finding {
  const kind = kindOf(vendor);
  const named = { engine, kind, ids: typeof ids === "string" ? ids : ids.join(", ") };
  switch (way) {
    case "cdi":
      return isListed
        ? ok(doctorText.gpuByCdi(named))
        : warning(doctorText.gpuUnspecified(named), doctorText.mendGpuSpec);
    case "nodes":
      return ok(doctorText.gpuByNodes(named));
    case "nvidia":
      return runtimes.includes(NVIDIA_RUNTIME)
        ? ok(doctorText.gpuByRuntime({ ...named, runtime: NVIDIA_RUNTIME }))
        : problem(doctorText.gpuMissing({ ...named, runtime: NVIDIA_RUNTIME }), doctorText.mendGpu);
  }
}
