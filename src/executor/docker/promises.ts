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

/**
 * The first Podman that gives CDI devices by its API and knows the word `host-gateway` (4.3.1 passes over both,
 * 5.4.2 does not).
 */
const WHOLE_PODMAN = 5;

function isWhole(engine: Engine, version: string): boolean {
  return nameOf(engine) !== "Podman" || Number.parseInt(version) >= WHOLE_PODMAN;
}

/** Why tasks would get no GPU although one is asked for, without a word of the engine's. */
export function gpuProblem(engine: Engine, version: string): Text | undefined {
  if (isWhole(engine, version)) return undefined;
  return executorText.gpuIgnored({ engine: nameOf(engine), version });
}

/** Why a task would not find this machine under the name that `enable_host_access` promises. */
export function hostAccessProblem(engine: Engine, version: string): Text | undefined {
  if (isWhole(engine, version)) return undefined;
  return executorText.hostNameless({ engine: nameOf(engine), version });
}
