import type { Engine, EngineInfo } from "../../docker/mod.ts";
import { executorText, type Text } from "../../i18n/mod.ts";
import { nameOf, traitsOf } from "./engine_traits.ts";

/**
 * Why tasks would not run with the runtime that is configured; undefined when they do. An engine that
 * silently uses its own for all containers must not pass for one with the sandbox that was asked for.
 */
export function runtimeProblem(
  engine: Engine,
  runtime: string | undefined,
  { runtimes, defaultRuntime }: Pick<EngineInfo, "runtimes" | "defaultRuntime">,
): Text | undefined {
  if (runtime === undefined) return undefined;
  const named = { engine: nameOf(engine), runtime };
  if (!traitsOf(engine).choosesRuntime) {
    const isUsed = runtime === defaultRuntime;
    return isUsed ? undefined : executorText.runtimeFixed({ ...named, used: defaultRuntime });
  }
  // A name of containerd's form is looked up by it, and is in no list.
  if (/[./]/.test(runtime) || runtimes.length === 0 || runtimes.includes(runtime)) return undefined;
  return executorText.runtimeMissing({ ...named, known: runtimes.join(", ") });
}

/** The first Podman whose API does not pass over requests for CDI devices (4.3.1 does, 5.4.2 does not). */
const PODMAN_WITH_CDI = 5;

/** Why tasks would get no GPU although one is asked for, without a word of the engine's. */
export function gpuProblem(engine: Engine, version: string): Text | undefined {
  if (traitsOf(engine).gpu !== "cdi") return undefined;
  if (Number.parseInt(version) >= PODMAN_WITH_CDI) return undefined;
  return executorText.gpuIgnored({ engine: nameOf(engine), version });
}
