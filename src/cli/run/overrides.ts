import type { App, GlobalOptions } from "../app.ts";

/** The options of `run` and `run-detached` that override the configuration. */
export interface OverrideOptions extends GlobalOptions {
  readonly server?: string;
  readonly dataDir?: string;
  readonly image?: string;
  readonly capacity?: number;
  readonly timeoutMinutes?: number;
}

/** What the options override in the configuration. */
export function overridesOf(options: OverrideOptions) {
  return {
    "server.base_url": options.server,
    "paths.data_dir": options.dataDir,
    "executor.image": options.image,
    "executor.capacity": options.capacity,
    "executor.timeout_minutes": options.timeoutMinutes,
  };
}

/** The same options as words, for another start of this program. */
export function overrideWords(options: OverrideOptions): string[] {
  return Object.entries({
    "--server": options.server,
    "--data-dir": options.dataDir,
    "--image": options.image,
    "--capacity": options.capacity,
    "--timeout-minutes": options.timeoutMinutes,
  }).flatMap(([flag, value]) => value === undefined ? [] : [flag, String(value)]);
}

/** The options of the whole program as words, for another start of it. */
export function globalWords(app: App, path: string, options: GlobalOptions): string[] {
  return [
    ...["--config", path, "--lang", app.lang],
    ...(options.logLevel !== undefined ? ["--log-level", options.logLevel] : []),
    ...(options.logFormat !== undefined ? ["--log-format", options.logFormat] : []),
  ];
}
