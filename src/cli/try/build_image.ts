import { dirname, join } from "@std/path";

import { type Engine, EngineError, hasBuildKit } from "../../docker/mod.ts";
import { Failure, imageText } from "../../i18n/mod.ts";
import { type App, UsageFailure } from "../app.ts";
import { imageName } from "../new_image/image_name.ts";
import { textIfThere } from "../there.ts";
import { baseImages } from "./base_images.ts";
import { buildContext } from "./build_context.ts";
import type { TryOptions, TrySetup } from "./try_folder.ts";

/** Build arguments that are taken from the environment where the Dockerfile knows them. */
const FROM_ENVIRONMENT = ["BASE_IMAGE", "NPM_REGISTRY", "PIP_INDEX_URL", "APT_MIRROR"];
/** How engines say that an image could not be pulled; no failed build step says any of it. */
const NOT_PULLED =
  /pull|manifest|registry|resolve|failed to do request|dial tcp|no such host|i\/o timeout|TLS|connection|denied|unauthorized|not found/i;
const TOO_OLD = /requires BuildKit|unknown instruction/i;

/** What a build needs beside the folder. */
export interface BuildMeans {
  readonly engine: Engine;
  readonly options: TryOptions;
  readonly signal: AbortSignal;
}

/**
 * Builds the image of the folder where the configuration is, if there is a Dockerfile and `--image`
 * names no other. What is unchanged comes from the engine's cache.
 *
 * @returns the name that only `try` uses: an agent that runs `executor.image` keeps what it has. Undefined
 * when there is nothing to build.
 * @throws {UsageFailure} when `--promote` has nothing to promote, or a build argument is none.
 */
export async function buildHere(
  app: App,
  { config, path }: TrySetup,
  means: BuildMeans,
): Promise<string | undefined> {
  const { image, promote, buildArg } = means.options;
  const folder = dirname(path);
  const file = join(folder, "Dockerfile");
  const dockerfile = image !== undefined ? undefined : await textIfThere(file);
  const buildArgs = buildArguments(dockerfile ?? "", app.env, buildArg);
  if (promote) assertPromotable(config.executor.image, dockerfile, file);
  if (dockerfile === undefined) return undefined;
  const tag = `agent-core-try/${await imageName(folder)}:latest`;
  app.say(imageText.tryBuilding({ image: tag, folder }));
  await build(app, { folder, dockerfile, tag, buildArgs }, means);
  return tag;
}

function assertPromotable(image: string, dockerfile: string | undefined, path: string): void {
  if (dockerfile === undefined) throw new UsageFailure(imageText.tryNothingToPromote({ path }));
  if (image.includes("@")) throw new UsageFailure(imageText.tryPromoteDigest({ image }));
}

/** What is built, and from what. */
interface Build {
  readonly folder: string;
  readonly dockerfile: string;
  readonly tag: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

async function build(
  app: App,
  { folder, dockerfile, tag, buildArgs }: Build,
  { engine, signal }: BuildMeans,
): Promise<void> {
  const isKit = app.env.DOCKER_BUILDKIT !== "0" && await hasBuildKit(engine, signal);
  const before = await engine.inspectImage(tag, signal);
  const options = {
    tag,
    buildArgs,
    buildKit: isKit,
    onOutput: (text: string) => {
      if (text.trim() !== "") app.say(text.trimEnd());
    },
    signal,
  };
  try {
    await engine.buildImage(buildContext(folder), options);
  } catch (error) {
    throw await explained(error, { dockerfile, buildArgs }, engine);
  }
  await dropUnnamed(engine, before?.id);
}

/** An image that has lost its last name is of no more use to anybody. */
async function dropUnnamed(engine: Engine, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  const image = await engine.inspectImage(id).catch(() => undefined);
  if (image?.tags.length === 0) await engine.removeImage(id).catch(() => {});
}

/** Says what to do where the base image or the builder is what keeps a Dockerfile from being built. */
async function explained(
  error: unknown,
  { dockerfile, buildArgs }: Pick<Build, "dockerfile" | "buildArgs">,
  engine: Engine,
): Promise<unknown> {
  if (!(error instanceof EngineError) || error.unreachable) return error;
  const { detail = error.message } = error;
  if (TOO_OLD.test(detail)) {
    return new Failure(imageText.tryOldBuilder({ reason: error.text }), { cause: error });
  }
  if (!NOT_PULLED.test(detail)) return error;
  for (const { name, argument } of baseImages(dockerfile, buildArgs)) {
    const found = await engine.inspectImage(name).catch(() => undefined);
    if (found) continue;
    const text = imageText.tryBaseNotPulled({ base: name, detail, argument });
    return new Failure(text, { cause: error });
  }
  return error;
}

/**
 * Gives the tried image the name that `run` uses.
 *
 * @returns that name.
 */
export async function promoteImage(engine: Engine, tag: string, image: string): Promise<string> {
  const before = await engine.inspectImage(image);
  await engine.tagImage(tag, image);
  await dropUnnamed(engine, before?.id);
  return image;
}

/**
 * Those of the environment that the Dockerfile declares, and over them those that are given as
 * `NAME=VALUE`, or as `NAME` with the environment's value.
 *
 * @throws {UsageFailure} for anything else.
 */
export function buildArguments(
  dockerfile: string,
  env: Readonly<Record<string, string>>,
  given: readonly string[] = [],
): Record<string, string> {
  const known = FROM_ENVIRONMENT.filter((name) =>
    env[name] && new RegExp(`^\\s*ARG\\s+${name}\\b`, "m").test(dockerfile)
  );
  const named = given.map((value): [string, string] => {
    const [, name, text = env[name]] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(value) ?? [];
    if (name !== undefined && text !== undefined) return [name, text];
    throw new UsageFailure(imageText.tryBadBuildArg({ value }));
  });
  return Object.fromEntries([...known.map((name) => [name, env[name]]), ...named]);
}
