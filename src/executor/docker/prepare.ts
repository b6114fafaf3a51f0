import type { Config } from "../../config/mod.ts";
import { describeEndpoint, type Engine, type EngineInfo } from "../../docker/mod.ts";
import { executorText, Failure, joinTexts, type Text } from "../../i18n/mod.ts";
import type { Logger } from "../../log/mod.ts";
import { LOG_DRIVERS, type SpecFacts } from "./container_spec.ts";
import { declaredByImage } from "./declared_by_image.ts";
import { whichImage } from "./ensure_image.ts";
import { engineSpellings } from "./engine_path.ts";
import { nameOf, traitsOf } from "./engine_traits.ts";
import type { PrepareOptions } from "../executor.ts";
import { findGpus, leasableGpus } from "./gpu/find_gpus.ts";
import { helperLabels } from "./labels.ts";
import { checkMounts } from "./refused_mounts.ts";
import { checkScript, preflight, refusesLogOptions } from "./preflight.ts";
import { gpuProblem, hostAccessProblem, runtimeProblem } from "./promises.ts";
import { removeLeftovers } from "./throw_away.ts";

/** What the checks of a start need. */
export interface StartFacts {
  readonly config: Config;
  readonly engine: Engine;
  readonly agentId: string;
  readonly configPath: string;
  readonly log?: Logger;
}

/** How the checks of a start are made. */
export interface StartOptions extends PrepareOptions {
  /** Makes sure that the engine has the image. @returns warnings */
  readonly ensureImage: (options: PrepareOptions) => Promise<readonly Text[]>;
}

/** What the checks of a start found out about the engine. */
export interface EngineFacts extends Pick<SpecFacts, "selinux" | "rootless" | "logDriver" | "gpu"> {
  /** Which of the spellings of `engine_path.ts` the engine understands. */
  readonly spelling: number;
  readonly osType: string;
}

/**
 * The checks of a start, from what needs no engine to what needs everything. Each failure says what is
 * wrong with this machine or configuration, and never comes as the consequence of an earlier one.
 */
export async function prepare(
  start: StartFacts,
  { ensureImage, onProgress = () => {}, signal }: StartOptions,
): Promise<{ readonly warnings: Text[]; readonly facts: EngineFacts }> {
  const { config, engine, agentId } = start;
  checkScript(config);
  const endpoint = describeEndpoint(engine.endpoint);
  onProgress(executorText.checkingEngine({ engine: nameOf(engine), endpoint }));
  const info = await engine.info(signal);
  if (info.osType === "windows") throw new Failure(executorText.windowsContainers);
  const { refused, warnings } = await checkMounts(mountFacts(start, info));
  if (refused.length > 0) throw new Failure(joinTexts(refused));
  await checkPromises(engine, config, info, signal);
  const selinux = info.securityOptions.includes("selinux");
  if (selinux && config.paths.dataDir.includes(":")) {
    throw new Failure(executorText.colonUnderSelinux({ folder: config.paths.dataDir }));
  }
  const doubts = await ensureImage({ onProgress, signal });
  const declared = await checkImage(start, signal);
  await removeLeftovers(engine, agentId, signal);
  onProgress(executorText.checkingContainer);
  const rootless = info.securityOptions.includes("rootless");
  const labels = helperLabels(agentId, "list-gpus");
  const gpu = await findGpus({ engine, config, info, labels, signal });
  leasableGpus(config, gpu);
  const found = { osType: info.osType, selinux, rootless, gpu };
  return {
    facts: await preflightEachSpelling(start, found, signal),
    warnings: [...warnings, ...doubts, ...declared, ...limitWarnings(engine, config, info)],
  };
}

/** @throws {Failure} when the engine would run tasks without what the configuration promises them. */
async function checkPromises(
  engine: Engine,
  { executor, sandbox }: Config,
  info: EngineInfo,
  signal: AbortSignal,
): Promise<void> {
  const runtime = runtimeProblem(engine, sandbox.runtime, info);
  if (runtime) throw new Failure(runtime);
  const { version } = await engine.version(signal);
  const gpu = executor.gpu && gpuProblem(engine, version);
  if (gpu) throw new Failure(gpu);
  const host = executor.enableHostAccess && hostAccessProblem(engine, version);
  if (host) throw new Failure(host);
}

/** @returns warnings. @throws {Failure} with all that keeps tasks from being run in the image. */
async function checkImage(
  { config, engine, log }: StartFacts,
  signal: AbortSignal,
): Promise<Text[]> {
  const { image } = config.executor;
  const found = await engine.inspectImage(image, signal);
  if (!found) throw new Failure(executorText.imageGone({ image }));
  log?.info(whichImage(image, found));
  const { arch } = await engine.version(signal);
  const { refused, warnings } = declaredByImage(found, config, arch);
  if (refused.length > 0) throw new Failure(joinTexts(refused));
  return warnings;
}

/** Where the engine runs, a folder may have another path than here; the nonce shows which is right. */
async function preflightEachSpelling(
  start: StartFacts,
  found: Omit<EngineFacts, "spelling" | "logDriver">,
  signal: AbortSignal,
): Promise<EngineFacts> {
  const spellings = engineSpellings(start.config.paths.dataDir, found.osType).length;
  let first: unknown;
  for (let spelling = 0; spelling < spellings; spelling++) {
    try {
      return await preflightSpelling(start, { ...found, spelling }, signal);
    } catch (error) {
      signal.throwIfAborted();
      first ??= error;
    }
  }
  throw first;
}

/**
 * Makes the preflight of a start with one way to spell paths: that which an earlier one found, too. A
 * log driver to which the daemon's own `log-opts` must not be added is found anew, for they can change.
 * @throws {Failure} with what is wrong and what to do about it.
 */
export async function preflightSpelling(
  { config, engine, agentId }: StartFacts,
  found: Omit<EngineFacts, "logDriver">,
  signal: AbortSignal,
): Promise<EngineFacts> {
  const spell = (path: string) => spelledPath(path, found);
  const labels = helperLabels(agentId, "start-check");
  const [first, second] = LOG_DRIVERS.map((logDriver): EngineFacts => ({ ...found, logDriver }));
  const tryWith = async (facts: EngineFacts) => {
    const traits = traitsOf(engine);
    await preflight({ config, engine, facts: { ...facts, labels, spell, traits }, signal });
    return facts;
  };
  return await tryWith(first).catch((error) => {
    if (!refusesLogOptions(error)) throw error;
    return tryWith(second);
  });
}

/** A path of this machine as the engine spells it. */
export function spelledPath(
  path: string,
  { osType, spelling }: Pick<EngineFacts, "osType" | "spelling">,
): string {
  const spellings = engineSpellings(path, osType);
  return spellings[spelling] ?? spellings[0];
}

function mountFacts({ config, configPath, engine }: StartFacts, info: EngineInfo) {
  // An engine in a virtual machine keeps its files where no path of this one leads.
  const here = engine.endpoint.kind === "unix" && !/desktop/i.test(info.operatingSystem);
  return {
    config,
    configPath,
    endpoint: engine.endpoint,
    ...here && info.rootDir !== "" && { engineRoot: info.rootDir },
    runtimeDir: Deno.env.get("XDG_RUNTIME_DIR"),
    home: Deno.env.get("HOME"),
  };
}

function limitWarnings(engine: Engine, { executor }: Config, info: EngineInfo): Text[] {
  const named = { engine: nameOf(engine) };
  const isRootless = info.securityOptions.includes("rootless");
  // Nobody can hand cgroups of version 1 to a user.
  if (isRootless && (info.cgroupVersion === "1" || !info.memoryLimit)) {
    return [executorText.unlimitedRootless(named)];
  }
  if (executor.memoryLimit === undefined) return [];
  if (!info.memoryLimit) return [executorText.memoryUnlimited(named)];
  return info.swapLimit ? [] : [executorText.swapUnlimited(named)];
}
