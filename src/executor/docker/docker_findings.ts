import type { Config } from "../../config/mod.ts";
import {
  describeEndpoint,
  digestOf,
  type Engine,
  findEngine,
  findRegistryLogin,
  parseImageReference,
} from "../../docker/mod.ts";
import { doctorText, Failure, type Finding, ok, problem, textOf, warning } from "../../i18n/mod.ts";
import { SILENT } from "../../log/mod.ts";
import { declaredByImage } from "./declared_by_image.ts";
import { commandOf, nameOf } from "./engine_traits.ts";
import { gpuFinding } from "./gpu/gpu_finding.ts";
import { hostAccessProblem, runtimeProblem } from "./promises.ts";
import { isPinned } from "./ensure_image.ts";

const ANSWER_MS = 15_000;

/** What the engine is looked at with. */
export interface EngineFindingsOptions {
  /** Without one it is only asked whether there is an engine. */
  readonly config?: Config;
  /** Where an engine, and logins for registries, may be named: DOCKER_HOST, DOCKER_CONFIG and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Is an engine there, new enough, with the image, the runtime and the GPU that are configured? */
export async function dockerFindings(
  { config, env }: EngineFindingsOptions,
): Promise<Finding[]> {
  let engine: Engine;
  const doubts: Finding[] = [];
  try {
    engine = await findEngine({
      host: config?.docker.host,
      env,
      log: { ...SILENT, warn: (text) => void doubts.push(warning(text)) },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch (error) {
    // The engine's own errors say what to do.
    const mend = error instanceof Failure ? undefined : doctorText.mendEngine;
    return [...doubts, problem(doctorText.engineAway({ why: textOf(error) }), mend)];
  }
  await using _ = engine;
  const { version, arch } = await engine.version();
  const found = ok(doctorText.engineThere({
    engine: nameOf(engine),
    version,
    api: engine.apiVersion,
    endpoint: describeEndpoint(engine.endpoint),
  }));
  if (!config) return [...doubts, found];
  return [
    ...doubts,
    found,
    ...await kind(engine, config, version),
    ...await image(engine, { config, env }, arch),
  ];
}

async function kind(engine: Engine, config: Config, version: string): Promise<Finding[]> {
  const info = await engine.info();
  const { osType } = info;
  const { executor: { enableHostAccess, gpu }, sandbox: { runtime } } = config;
  const findings: Finding[] = [];
  if (osType !== "linux") {
    findings.push(problem(doctorText.engineNotLinux({ osType }), doctorText.mendNotLinux));
  }
  const wrongRuntime = runtimeProblem(engine, runtime, info);
  if (wrongRuntime) findings.push(problem(wrongRuntime));
  if (gpu) findings.push(await gpuFinding({ engine, config, info, version }));
  const nameless = enableHostAccess && hostAccessProblem(engine, version);
  if (nameless) findings.push(problem(nameless));
  return findings;
}

async function image(
  engine: Engine,
  { config, env }: Required<EngineFindingsOptions>,
  arch: string,
): Promise<Finding[]> {
  const { image, pull } = config.executor;
  const found = await engine.inspectImage(image);
  const isPulled = !found || (pull === "always" && !isPinned(image));
  const login = isPulled ? await loginFor(image, env) : [];
  if (!found) {
    const mend = isPinned(image) ? doctorText.mendPinnedImage : doctorText.mendImage;
    return [
      warning(doctorText.imageMissing({ image }), mend({ command: commandOf(engine), image })),
      ...login,
    ];
  }
  const megabytes = Math.round(found.size / 1e6);
  const digest = digestOf(image, found.digests) ?? found.id;
  const { refused, warnings } = declaredByImage(found, config, arch);
  return [
    ok(doctorText.imageThere({ image, megabytes, architecture: found.architecture, digest })),
    ...login,
    ...refused.map((text) => problem(text)),
    ...warnings.map((text) => warning(text)),
  ];
}

/** What an image is pulled with. None is no fault: most images are everybody's. */
async function loginFor(image: string, env: EngineFindingsOptions["env"]): Promise<Finding[]> {
  const { name = image } = parseImageReference(image) ?? {};
  const { registry, login, doubts } = await findRegistryLogin(name, { env });
  return [
    ...doubts.map((text) => warning(text)),
    ...login ? [ok(doctorText.loginThere({ registry, file: login.file }))] : [],
  ];
}
