import { join } from "@std/path";
import { join as joinPosix, normalize as normalizePosix } from "@std/path/posix";
import { packTar, unpackTar } from "modern-tar";
import type { Config } from "../../config/mod.ts";
import { START_CHECK_PREFIX } from "../../data_folder/mod.ts";
import { describeEndpoint, type Engine, EngineError } from "../../docker/mod.ts";
import { executorText, Failure, joinTexts, type Text, textOf } from "../../i18n/mod.ts";
import { preflightSpec, type SpecFacts, WORKSPACE } from "./container_spec.ts";
import { commandOf, nameOf } from "./engine_traits.ts";
import type { GpuVendor } from "./gpu/gpu_facts.ts";
import { refuseMissingMounts } from "./missing_mounts.ts";
import { withThrowAway } from "./throw_away.ts";

/** A command that no image has: an engine that complains of it has set up everything else. */
const NO_SUCH_COMMAND = "agent-core-start-check";

/** What {@linkcode preflight} needs. */
export interface PreflightOptions {
  readonly config: Config;
  readonly engine: Engine;
  readonly facts: Omit<SpecFacts, "workspace" | "imageUser">;
  readonly signal: AbortSignal;
}

/**
 * Goes through the creation and the start of a container just like a task's, short of running
 * anything in it. With the engine's archive calls it reads a nonce from a folder of the data folder and
 * writes one back, so an engine that does not see that folder is found out; it looks for the script;
 * then the container is started with a command that no image has, which tries mounts, network, GPU,
 * user, runtime and limits for real. (SELinux would deny a process what it lets the engine do; that is
 * why the workspace is relabelled wherever it enforces, see container_spec.ts.)
 *
 * @throws {Failure} with what is wrong and what to do about it.
 */
export async function preflight(options: PreflightOptions): Promise<void> {
  const { config, engine, facts, signal } = options;
  await refuseMissingMounts(config.paths.mounts, facts.traits);
  const folder = await Deno.makeTempDir({ dir: config.paths.dataDir, prefix: START_CHECK_PREFIX });
  try {
    const nonce = crypto.randomUUID();
    await Deno.writeTextFile(join(folder, "nonce"), nonce);
    await Deno.chmod(folder, 0o777).catch(() => {});
    const workspace = facts.spell(folder);
    const spec = preflightSpec(config, {
      ...facts,
      workspace,
      imageUser: "",
      command: NO_SUCH_COMMAND,
    });
    await withThrowAway(engine, spec, async (id) => {
      await exchangeNonces(options, id, { folder, nonce });
      await findScript(options, id);
      await tryStart(options, id);
    }, signal).catch(async (error) => {
      throw error instanceof EngineError ? await explainCreate(error, options) : error;
    });
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

async function exchangeNonces(
  { config, engine, signal }: PreflightOptions,
  id: string,
  { folder, nonce }: { readonly folder: string; readonly nonce: string },
): Promise<void> {
  const unseen = () => new Failure(dataFolderUnseen(config, engine));
  const read = await engine.archive(id, `${WORKSPACE}/nonce`, signal).catch((error) => {
    throw error instanceof EngineError && error.status === 404 ? unseen() : error;
  });
  const [entry] = await unpackTar(read);
  if (new TextDecoder().decode(entry?.data) !== nonce) throw unseen();
  const answer = crypto.randomUUID();
  const tar = await packTar([
    { header: { name: "answer", size: answer.length, mode: 0o666 }, body: answer },
  ]);
  await engine.putArchive(id, WORKSPACE, ReadableStream.from([tar]), signal);
  const written = await Deno.readTextFile(join(folder, "answer")).catch(() => "");
  if (written !== answer) throw unseen();
}

function dataFolderUnseen(config: Config, engine: Engine): Text {
  const folder = config.paths.dataDir;
  const endpoint = describeEndpoint(engine.endpoint);
  return executorText.dataFolderUnseen({ folder, engine: nameOf(engine), endpoint });
}

/** The script of `bash` and `python` must come from the image or from a mount. */
async function findScript({ config, engine, signal }: PreflightOptions, id: string): Promise<void> {
  const path = scriptPathOf(config);
  if (path === undefined) return;
  const tar = await engine.archive(id, path, signal).catch((error) => {
    if (!(error instanceof EngineError) || error.status !== 404) throw error;
    const { image } = config.executor;
    throw new Failure(
      isUnder(path, WORKSPACE)
        ? executorText.scriptHidden({ path })
        : executorText.scriptMissing({ path, image }),
    );
  });
  await tar.cancel();
}

/** Where the script is in the container; undefined for executor types without one. */
function scriptPathOf({ executor }: Config): string | undefined {
  if (executor.executorType !== "bash" && executor.executorType !== "python") return undefined;
  if (!executor.scriptPath) {
    throw new Failure(executorText.scriptUnset({ type: executor.executorType }));
  }
  const path = executor.scriptPath;
  return normalizePosix(path.startsWith("/") ? path : joinPosix(executor.workingDir, path));
}

/** Refuses a script that the workspace is bound to hide, before anything is pulled for it. */
export function checkScript(config: Config): void {
  const path = scriptPathOf(config);
  if (path === undefined || !isUnder(path, WORKSPACE)) return;
  const mounted = config.paths.mounts.some(({ container }) =>
    isUnder(container, WORKSPACE) && isUnder(path, container)
  );
  if (!mounted) throw new Failure(executorText.scriptHidden({ path }));
}

function isUnder(path: string, folder: string): boolean {
  const base = normalizePosix(folder).replace(/\/$/, "");
  return path === base || path.startsWith(`${base}/`);
}

async function tryStart(options: PreflightOptions, id: string): Promise<void> {
  try {
    // With an init as process 1 the start succeeds, and it is the init that misses the command.
    await options.engine.startContainer(id, options.signal);
  } catch (error) {
    if (!(error instanceof EngineError) || error.unreachable) throw error;
    const detail = error.detail ?? error.text.en;
    if (!detail.includes(NO_SUCH_COMMAND)) throw explainStart(detail, options);
  }
}

/** What of the configuration an engine means by these words, with which it refused a container. */
export function explainStart(
  detail: string,
  options: Pick<PreflightOptions, "config" | "engine">,
): Failure {
  const { config: { executor, sandbox } } = options;
  const engine = nameOf(options.engine);
  const { network, user = "", runtime } = sandbox;
  if (/network \S+ not found|unable to find network/i.test(detail)) {
    return new Failure(
      executorText.networkMissing({ engine, command: commandOf(options.engine), network }),
    );
  }
  if (executor.gpu && /device driver|nvidia|cdi|custom device|\/dev\/(?:kfd|dri)/i.test(detail)) {
    return new Failure(gpuUnusable(executor.gpu.vendor, detail));
  }
  if (/unable to find (?:user|group)|no matching entries/i.test(detail)) {
    return new Failure(executorText.userUnknown({ user, image: executor.image }));
  }
  if (
    runtime !== undefined && /runtime specified|unknown.*runtime|runtime.*not found/i.test(detail)
  ) {
    return new Failure(executorText.runtimeMissing({ engine, runtime, known: "-" }));
  }
  return new Failure(executorText.preflightFailed({ engine, detail }));
}

function gpuUnusable(vendor: GpuVendor, detail: string): Text {
  const { gpuUnusable, mendNvidia, mendAmd } = executorText;
  return joinTexts([gpuUnusable({ detail }), vendor === "nvidia" ? mendNvidia : mendAmd]);
}

/** A daemon's own `max-buffer-size` cannot be unset for one container, and blocking mode refuses it. */
export function refusesLogOptions(error: unknown): boolean {
  return error instanceof EngineError && /max-buffer-size/.test(error.detail ?? "");
}

/** A refused create names one cause at most; all missing mounts are found by trying each by itself. */
async function explainCreate(error: EngineError, options: PreflightOptions): Promise<unknown> {
  const detail = error.detail ?? "";
  if (error.unreachable || error.status === undefined || refusesLogOptions(error)) return error;
  const problems = await refusedMounts(options);
  if (problems.length > 0) return new Failure(joinTexts(problems), { cause: error });
  const { config, engine } = options;
  if (/bind|mount|share/i.test(detail)) {
    const words = joinTexts([dataFolderUnseen(config, engine), textOf(error)]);
    return new Failure(words, { cause: error });
  }
  return explainStart(detail, options);
}

/** Which of the configured mounts the engine refuses. */
async function refusedMounts({ config, engine, facts, signal }: PreflightOptions): Promise<Text[]> {
  const problems: Text[] = [];
  for (const { host, container } of config.paths.mounts) {
    const spec = {
      Image: config.executor.image,
      Entrypoint: [NO_SUCH_COMMAND],
      Labels: facts.labels,
      HostConfig: {
        Mounts: [{ Type: "bind", Source: facts.spell(host), Target: container }],
      },
    } as const;
    await withThrowAway(engine, spec, () => Promise.resolve(), signal).catch((error) => {
      if (!(error instanceof EngineError) || error.unreachable) throw error;
      const { detail } = error;
      if (detail === undefined || !/bind|mount|exist|share/i.test(detail)) return;
      problems.push(
        /exist|no such/i.test(detail)
          ? executorText.mountMissing({ host, container })
          : executorText.mountRefused({ engine: nameOf(engine), host, container, detail }),
      );
    });
  }
  return problems;
}
