import { resolve } from "@std/path";

import {
  type Config,
  ConfigFailure,
  ConfigMissing,
  defaultConfigText,
  loadConfig,
  type Setting,
} from "../config/mod.ts";
import type { App, GlobalOptions } from "./app.ts";
import { configPath } from "./app.ts";

/** A configuration and where it came from. */
export interface Loaded {
  readonly config: Config;
  readonly path: string;
}

/** The option of every command that looks at a data folder. */
export interface DataDirOption extends GlobalOptions {
  readonly dataDir?: string;
}

/** Loads the configuration and says its warnings. Values that are undefined override nothing. */
export async function load(
  app: App,
  options: GlobalOptions,
  overrides: Readonly<Record<string, Setting | undefined>> = {},
): Promise<Loaded> {
  const path = configPath(app, options);
  const { config, warnings } = await loadConfig({
    path,
    env: app.env,
    overrides: Object.fromEntries(
      Object.entries(overrides).filter((entry): entry is [string, Setting] =>
        entry[1] !== undefined
      ),
    ),
    home: homeFolder(app),
  });
  for (const warning of warnings) app.say(warning);
  return { config, path };
}

/** What holds without a configuration file, with these values on top. */
export async function loadDefaults(
  app: App,
  overrides: Readonly<Record<string, Setting | undefined>>,
): Promise<Loaded> {
  const file = await Deno.makeTempFile({ prefix: "agent-core-", suffix: ".toml" });
  try {
    await Deno.writeTextFile(file, defaultConfigText("en"));
    return await load(app, { config: file }, overrides);
  } finally {
    await Deno.remove(file);
  }
}

/**
 * The data folder to look at: `--data-dir`, else the configuration's. With `--data-dir` it works
 * without a good configuration too, so that an agent can still be stopped.
 */
export async function dataDirOf(app: App, options: DataDirOption): Promise<string> {
  try {
    const { config } = await load(app, options, { "paths.data_dir": options.dataDir });
    return config.paths.dataDir;
  } catch (error) {
    if (isUnusable(error) && options.dataDir !== undefined) return resolve(options.dataDir);
    throw error;
  }
}

/** Whether a configuration holds what a registration gives. */
export function isRegistered({ agent }: Config): boolean {
  return agent.serviceId !== undefined && agent.apiKey !== undefined;
}

/** Whether an error of {@linkcode load} says that there is no configuration that could be used. */
export function isUnusable(error: unknown): boolean {
  return error instanceof ConfigFailure || error instanceof ConfigMissing;
}

/** The user's home folder, where there is one. */
export function homeFolder(app: App): string | undefined {
  return app.env.HOME || app.env.USERPROFILE || undefined;
}
