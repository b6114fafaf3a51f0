import { ensureDir } from "@std/fs";
import { fromFileUrl, join, resolve } from "@std/path";

import { defaultConfigText } from "../../config/mod.ts";
import { Failure, imageText, textOf } from "../../i18n/mod.ts";
import { type App, type GlobalOptions, UsageFailure } from "../app.ts";
import { shellWord } from "../terminal/shell_word.ts";
import { imageName } from "./image_name.ts";
import { chooseModel, type ModelChoice } from "./model_choice.ts";

/** The options of `new-image`. */
export interface NewImageOptions extends GlobalOptions {
  readonly model?: string;
  readonly url?: string;
  readonly baseImage?: string;
  readonly aptMirror?: string;
  readonly npmRegistry?: string;
  readonly pipIndex?: string;
}

/** The example image is what a new one is made of; a compiled program has it inside. */
const EXAMPLE = fromFileUrl(new URL("../../../executor-example/", import.meta.url));
/** What of the example a new image has of its own, or not at all. */
const OWN = ["README.md", "README.zh.md", "agent.json", "image/node_modules"];
const IGNORED = "/secrets/\n/data/\n/config.toml\n";
/** The image is built of it, as root, and read by the container's user, whatever the umask. */
const READABLE = 0o644;
const OPEN = 0o755;
/** Where packages come from. */
const SOURCE = /^https?:\/\/[^\s"'\\$#]+$/;

/** Writes the folder of an agent image that can be tried at once. */
export async function newImage(app: App, folder: string, options: NewImageOptions): Promise<void> {
  const known = JSON.parse(await Deno.readTextFile(join(EXAMPLE, "image", "providers.json")));
  const choice = chooseModel(options, known);
  const builtFrom = buildSettings(options);
  const path = resolve(folder);
  if (!await isFree(path)) throw new Failure(imageText.newImageExists({ path }));
  try {
    await copyExample(path, builtFrom);
    await writeOwn(app, path, choice);
  } catch (error) {
    throw new Failure(imageText.newImageNotWritten({ path, reason: textOf(error) }), {
      cause: error,
    });
  }
  const steps = { path, hasModel: choice.model !== "", key: choice.key };
  app.print(imageText.newImageMade({ ...steps, cd: shellWord(folder) }));
}

/** What is built from where, as defaults of the Dockerfile's own arguments. */
function buildSettings(options: NewImageOptions): ReadonlyMap<string, string | undefined> {
  const { baseImage, aptMirror, npmRegistry, pipIndex } = options;
  return new Map([
    ["BASE_IMAGE", checkedWord("--base-image", baseImage, /^[^\s"'\\$#]+$/)],
    ["APT_MIRROR", checkedWord("--apt-mirror", aptMirror, SOURCE)],
    ["NPM_REGISTRY", checkedWord("--npm-registry", npmRegistry, SOURCE)],
    ["PIP_INDEX_URL", checkedWord("--pip-index", pipIndex, SOURCE)],
  ]);
}

function checkedWord(option: string, value: string | undefined, form: RegExp): string | undefined {
  if (value === undefined || form.test(value)) return value;
  throw new UsageFailure(imageText.newImageBadSource({ option, value }));
}

async function isFree(path: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(path)) return false;
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

async function copyExample(
  path: string,
  builtFrom: ReturnType<typeof buildSettings>,
): Promise<void> {
  // The folder is closed to others because the key in it has to be readable for the container's user.
  await ensureDir(path);
  await setMode(path, 0o700);
  const copy = async (below: string): Promise<void> => {
    if (below !== "") await makeFolder(join(path, below));
    for await (const { name, isDirectory } of Deno.readDir(join(EXAMPLE, below))) {
      const inner = below === "" ? name : `${below}/${name}`;
      if (OWN.includes(inner)) continue;
      if (isDirectory) await copy(inner);
      // Not Deno.copyFile: in a compiled program the example is no file of the system.
      else if (inner === "Dockerfile") {
        const text = await Deno.readTextFile(join(EXAMPLE, inner));
        await writeFile(join(path, inner), withDefaults(text, builtFrom));
      } else await writeFile(join(path, inner), await Deno.readFile(join(EXAMPLE, inner)));
    }
  };
  await copy("");
}

/** The Dockerfile with these values as its arguments' defaults. */
function withDefaults(dockerfile: string, values: ReturnType<typeof buildSettings>): string {
  return dockerfile.replaceAll(/^ARG (\w+)=.*$/gm, (line, name) => {
    const value = values.get(name);
    return value === undefined ? line : `ARG ${name}=${value}`;
  });
}

async function writeOwn(app: App, path: string, choice: ModelChoice): Promise<void> {
  const name = await imageName(path);
  const settings = {
    model: choice.model,
    thinking: "medium",
    language: app.lang,
    providers: choice.providers,
    settings: {},
  };
  await writeFile(join(path, "agent.json"), `${JSON.stringify(settings, null, 2)}\n`);
  await writeFile(join(path, "task.md"), app.t(imageText.newImageTask));
  await writeFile(join(path, "README.md"), app.t(imageText.newImageReadme({ name })));
  await writeFile(join(path, ".gitignore"), IGNORED);
  await writeFile(join(path, "config.toml"), configOf(app, name, choice), 0o600);
  await makeFolder(join(path, "secrets"));
  // Made here because what a person writes into it keeps its mode, which the container's user needs.
  if (choice.key !== "none") await writeFile(join(path, "secrets", "api_key"), "");
}

async function writeFile(
  path: string,
  content: string | Uint8Array<ArrayBuffer>,
  mode = READABLE,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(path, bytes, { createNew: true, mode: 0o600 });
  await setMode(path, mode);
}

async function makeFolder(path: string): Promise<void> {
  await ensureDir(path);
  await setMode(path, OPEN);
}

async function setMode(path: string, mode: number): Promise<void> {
  if (Deno.build.os !== "windows") await Deno.chmod(path, mode);
}

/** The folder is a node's as well: `register` and `run` work in it. */
function configOf(app: App, name: string, { isLocal }: ModelChoice): string {
  const text = defaultConfigText(app.lang, {
    "executor.image": `${name}:latest`,
    "executor.enable_host_access": isLocal,
  });
  return `${text.trimEnd()}

# ${app.t(imageText.newImageMount)}
[[paths.mounts]]
host = "./secrets"
container = "/run/agent"
readonly = true
secret = true
`;
}
