import { resolve } from "@std/path";

import {
  type Config,
  ConfigFailure,
  defaultConfigText,
  loadConfig,
  type Overrides,
} from "../config/mod.ts";
import { type App, configPath, type GlobalOptions } from "./app.ts";

/** A configuration and where it came from. */
export interface Loaded {
  readonly config: Config;
  readonly path: string;
}

/** The option of every command that looks at a data folder. */
export interface DataDirOption extends GlobalOptions {
  readonly dataDir?: string;
}

/** Loads the configuration and says its warnings. */
export async function load(
  app: App,
  options: GlobalOptions,
  overrides?: Overrides,
): Promise<Loaded> {
  const path = configPath(app, options);
  const { config, warnings } = await loadConfig({ path, env: app.env, overrides });
  for (const warning of warnings) app.say(warning);
  return { config, path };
}

/** What holds without a configuration file, with these values on top. */
export async function loadDefaults(app: App, overrides: Overrides): Promise<Loaded> {
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
    if (!(error instanceof ConfigFailure) || options.dataDir === undefined) throw error;
    return resolve(options.dataDir);
  }
}

/** Whether a configuration holds what a registration gives. */
export function isRegistered({ agent }: Config): boolean {
  return agent.serviceId !== undefined && agent.apiKey !== undefined;
}
