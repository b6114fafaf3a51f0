import { daemonFiles, detach } from "../daemon/mod.ts";
import { cliText } from "../i18n/mod.ts";
import { proxyVariables } from "../util/mod.ts";
import { type App, type GlobalOptions, UsageFailure } from "./app.ts";
import { load } from "./load.ts";
import { isRegistered } from "./register.ts";
import { type OverrideOptions, overridesOf, overrideWords } from "./run_command.ts";
import { onSignals } from "./signals.ts";

/** Starts the agent in the background and returns when it is up. */
export async function runDetached(app: App, options: OverrideOptions): Promise<void> {
  // What is wrong with the configuration is said here, not in a log.
  const { config, path } = await load(app, options, overridesOf(options));
  if (!isRegistered(config)) throw new UsageFailure(cliText.notRegistered({ path }));
  const { dataDir } = config.paths;
  const cancel = new AbortController();
  const stopListening = onSignals(() => cancel.abort());
  app.say(cliText.detaching);
  try {
    const { pid } = await detach({
      args: [...globalWords(app, path, options), "run", ...overrideWords(options)],
      dataDir,
      // This process has taken them out of its own environment.
      env: proxyVariables(app.proxies),
      onProgress: (news) => app.say(news),
      signal: cancel.signal,
    });
    app.print(cliText.detached({ pid, log: daemonFiles(dataDir).log }));
  } finally {
    stopListening();
  }
}

/** The options of the whole program as words, for another start of it. */
export function globalWords(app: App, path: string, options: GlobalOptions): string[] {
  return [
    ...["--config", path, "--lang", app.lang],
    ...(options.logLevel !== undefined ? ["--log-level", options.logLevel] : []),
    ...(options.logFormat !== undefined ? ["--log-format", options.logFormat] : []),
  ];
}
