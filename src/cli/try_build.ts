import { dirname, join } from "@std/path";

import type { Engine } from "../docker/mod.ts";
import { imageText } from "../i18n/mod.ts";
import type { App } from "./app.ts";
import type { TrySetup } from "./try_bench.ts";
import { buildContext } from "./try_build_context.ts";
import type { TryOptions } from "./try_command.ts";

/** Build arguments that are taken from the environment where the Dockerfile knows them. */
const FROM_ENVIRONMENT = ["BASE_IMAGE", "NPM_REGISTRY", "PIP_INDEX_URL", "APT_MIRROR"];

/**
 * Builds the image of the folder where the configuration is, if there is a Dockerfile and `--image`
 * names no other. What is unchanged comes from the engine's cache.
 */
export async function buildHere(
  app: App,
  { config, path }: TrySetup,
  { engine, options, signal }: {
    readonly engine: Engine;
    readonly options: TryOptions;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  if (options.image !== undefined) return;
  const folder = dirname(path);
  const dockerfile = await Deno.readTextFile(join(folder, "Dockerfile")).catch(() => undefined);
  if (dockerfile === undefined) return;
  const tag = config.executor.image;
  app.say(imageText.tryBuilding({ image: tag, folder }));
  await engine.buildImage(buildContext(folder), {
    tag,
    buildArgs: buildArguments(dockerfile, app.env),
    onOutput: (text) => {
      if (text.trim() !== "") app.say(text.trimEnd());
    },
    signal,
  });
}

/** Those of the environment that the Dockerfile declares. */
export function buildArguments(
  dockerfile: string,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = FROM_ENVIRONMENT.filter((name) =>
    env[name] && new RegExp(`^\\s*ARG\\s+${name}\\b`, "m").test(dockerfile)
  );
  return Object.fromEntries(known.map((name) => [name, env[name]]));
}
