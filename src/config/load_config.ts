import { dirname, resolve } from "@std/path";
import { configText, type Text } from "../i18n/mod.ts";
import { homeFolder } from "../util/mod.ts";
import { crossCheck, doubts, type Known } from "./checks.ts";
import type { Config } from "./config.ts";
import { isWsl, type PathContext, resolveHostPath } from "./host_path.ts";
import { keyNames, specOf } from "./key_names.ts";
import type { ConfigKey, Values } from "./keys.ts";
import { readMounts } from "./mounts.ts";
import { ConfigFailure, type Problem } from "./problems.ts";
import { readConfig } from "./read_config.ts";
import { findSettings, type Found, type Overrides, type Sources, unfit } from "./settings.ts";
import { toConfig } from "./to_config.ts";
import { readToml, withPlaces } from "./toml.ts";
import { unknownKeys } from "./unknown_keys.ts";

/** Where {@linkcode loadConfig} finds what. */
export interface LoadOptions {
  /** The configuration file. */
  readonly path: string;
  /**
   * `AGENT_CORE_<SECTION>_<KEY>` overrides the file; an empty variable counts as not set. Lists are
   * JSON or separated by commas, mounts are JSON.
   */
  readonly env: Readonly<Record<string, string>>;
  /** From flags, by key (`server.base_url`); override the environment. @default {{}} */
  readonly overrides?: Overrides;
  /** For `~/`. @default {HOME or USERPROFILE of `env`} */
  readonly home?: string;
  /** Where relative paths of flags and environment start. @default {Deno.cwd()} */
  readonly cwd?: string;
  /** @default {Deno.build.os} */
  readonly os?: typeof Deno.build.os;
  /** Whether this is a Linux inside of Windows. @default {found out} */
  readonly wsl?: boolean;
}

/** A configuration that can be used. */
export interface LoadedConfig {
  readonly config: Config;
  /** What a person should know, such as unknown keys. */
  readonly warnings: Text[];
}

/**
 * Reads the configuration: the file, over it the environment, over that the flags, under all the
 * defaults. Relative paths of the file start at the file's folder, those of the environment and
 * of flags at the working folder.
 *
 * @throws {ConfigMissing} if there is no file, {@linkcode ConfigFailure} with all its problems.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { path, env, os = Deno.build.os } = options;
  const { text, info } = readConfig(path);
  const cwd = options.cwd ?? Deno.cwd();
  const context = {
    os,
    // Only a path of Windows asks for it.
    get wsl() {
      return options.wsl ?? isWsl(os, env);
    },
    home: options.home ?? homeFolder(env),
  };
  const read = await readToml(text);
  if ("problems" in read) {
    throw new ConfigFailure(
      path,
      read.problems.map(({ text, line }) => {
        const place = configText.placeInFile({ file: path, line });
        return { text: configText.atPlace({ place, words: text }), line };
      }),
    );
  }
  const sources = {
    path,
    document: read.document,
    folder: dirname(resolve(cwd, path)),
    env,
    overrides: options.overrides ?? {},
    cwd,
  };
  let result = interpret(sources, context);
  if (!result.config || result.warnings.length > 0) {
    // Only now that there is something to say, the lines are needed.
    result = interpret({ ...sources, document: await withPlaces(read.document) }, context);
  }
  if (!result.config) throw new ConfigFailure(path, result.problems);
  const { config, warnings } = result;
  if (os !== "windows" && info.mode !== null && (info.mode & 0o077) !== 0) {
    const mode = (info.mode & 0o777).toString(8).padStart(4, "0");
    warnings.unshift(configText.readableByOthers({ file: path, mode }));
  }
  return { config, warnings };
}

/** A configuration, or why it cannot be used. */
type Interpretation =
  | LoadedConfig & { readonly problems?: undefined }
  | { readonly config?: undefined; readonly problems: Problem[]; readonly warnings: Text[] };

/** The part of {@linkcode loadConfig} that needs nothing but what was read. */
function interpret(sources: Sources, context: PathContext): Interpretation {
  const { found, problems } = findSettings(sources);
  const values = checkValues(found, problems);
  const dataDir = resolveDataDir(values["paths.data_dir"], found, sources, context, problems);
  const mounts = readMounts(found.get("paths.mounts"), sources, context, problems);
  const bad = new Set(problems.map(({ key }) => key));
  problems.push(...crossCheck(values, found, (key) => bad.has(key)));
  if (problems.length > 0 || dataDir === undefined) {
    return { problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)), warnings: [] };
  }
  const complete = values as Values;
  const warnings = [...unknownKeys(sources), ...doubts(complete, found)];
  return { config: toConfig(complete, dataDir, mounts), warnings };
}

function checkValues(found: ReadonlyMap<ConfigKey, Found>, problems: Problem[]): Known {
  const values: Partial<Record<ConfigKey, unknown>> = {};
  for (const key of keyNames()) {
    if (key === "paths.mounts") continue;
    const { read, fallback, expected } = specOf(key);
    const setting = found.get(key);
    if (!setting && fallback === undefined) continue;
    const value = read(setting ? setting.value : fallback);
    if (value === undefined) problems.push(unfit(setting!, expected));
    else values[key] = value;
  }
  return values as Known;
}

function resolveDataDir(
  value: string | undefined,
  found: ReadonlyMap<ConfigKey, Found>,
  { folder }: Sources,
  context: PathContext,
  problems: Problem[],
): string | undefined {
  if (value === undefined) return undefined;
  const setting = found.get("paths.data_dir");
  const resolved = resolveHostPath(value, setting?.base ?? folder, context);
  if ("path" in resolved) return resolved.path;
  problems.push(unfit(setting!, resolved.expected));
  return undefined;
}
