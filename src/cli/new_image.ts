import { basename, dirname, fromFileUrl, join, resolve } from "@std/path";

import { defaultConfigText } from "../config/mod.ts";
import { Failure, imageText, textOf } from "../i18n/mod.ts";
import { type App, UsageFailure } from "./app.ts";
import type { NewImageOptions } from "./new_image_command.ts";

/** The example image is what a new one is made of; a compiled program has it inside. */
const EXAMPLE = fromFileUrl(new URL("../../executor-example/", import.meta.url));
/** What of it is about itself. */
const OWN = ["README.md", "README.zh.md", "agent.json", "image/node_modules"];
const IGNORED = "/secrets/\n/data/\n/config.toml\n";

/** Writes the folder of an agent image that can be tried at once. */
export async function newImage(app: App, folder: string, options: NewImageOptions): Promise<void> {
  const settings = settingsOf(app, options);
  const path = resolve(folder);
  if (!await isFree(path)) throw new Failure(imageText.newImageExists({ path }));
  try {
    await copyExample(path);
    await writeOwn(app, path, settings, options);
  } catch (error) {
    throw new Failure(imageText.newImageNotWritten({ path, reason: textOf(error) }), {
      cause: error,
    });
  }
  app.print(imageText.newImageMade({ path }));
}

function settingsOf(app: App, { model = "", url }: NewImageOptions): Record<string, unknown> {
  if (model === "" && url !== undefined) throw new UsageFailure(imageText.newImageUrlAlone);
  if (model !== "" && !/^[^/]+\/./.test(model)) {
    throw new UsageFailure(imageText.newImageBadModel({ model }));
  }
  const [provider] = model.split("/");
  return {
    model,
    thinking: "medium",
    language: app.lang,
    providers: url === undefined ? {} : { [provider]: { baseUrl: url, api: "openai-completions" } },
    settings: {},
  };
}

async function isFree(path: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(path)) return false;
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

async function copyExample(path: string): Promise<void> {
  // What is in it is for the owner alone: the key has to be readable for the container's user.
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  const copy = async (below: string): Promise<void> => {
    await Deno.mkdir(join(path, below), { recursive: true });
    for await (const { name, isDirectory } of Deno.readDir(join(EXAMPLE, below))) {
      const inner = below === "" ? name : `${below}/${name}`;
      if (OWN.includes(inner)) continue;
      if (isDirectory) await copy(inner);
      // Read and written: in a compiled program the source is no file of the system.
      else await Deno.writeFile(join(path, inner), await Deno.readFile(join(EXAMPLE, inner)));
    }
  };
  await copy("");
}

async function writeOwn(
  app: App,
  path: string,
  settings: Record<string, unknown>,
  { url }: NewImageOptions,
): Promise<void> {
  const name = imageName(path);
  const write = async (file: string, text: string, mode?: number) => {
    await Deno.mkdir(dirname(join(path, file)), { recursive: true });
    await Deno.writeTextFile(join(path, file), text, { createNew: true, mode });
  };
  await write("agent.json", `${JSON.stringify(settings, null, 2)}\n`);
  await write("task.md", app.t(imageText.newImageTask));
  await write("README.md", app.t(imageText.newImageReadme({ name })));
  await write(".gitignore", IGNORED);
  await write("config.toml", configOf(app, name, url), 0o600);
  await Deno.mkdir(join(path, "secrets"), { mode: 0o755 });
}

/** The folder is a node's as well: `register` and `run` work in it. */
function configOf(app: App, name: string, url: string | undefined): string {
  const text = defaultConfigText(app.lang, {
    "executor.image": `${name}:latest`,
    "executor.enable_host_access": url !== undefined && url.includes("host.docker.internal"),
  });
  return `${text.trimEnd()}

# ${app.t(imageText.newImageMount)}
[[paths.mounts]]
host = "./secrets"
container = "/run/agent"
readonly = true
`;
}

/** A folder's name as the name of an image. */
function imageName(path: string): string {
  const name = basename(path).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  return name === "" ? "open-aaas-agent" : name;
}
