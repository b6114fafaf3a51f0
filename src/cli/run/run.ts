import { startAgent } from "../../agent/mod.ts";
import {
  DETACHED_VARIABLE,
  LINUX_PROGRAMS,
  LOOP_LIMIT_SECS,
  openRotatingLog,
  readVariables,
  SERVICE_VARIABLE,
  startLoopWatchdog,
} from "../../daemon/mod.ts";
import { daemonFiles } from "../../data_folder/mod.ts";
import { agentText, cliText, Failure } from "../../i18n/mod.ts";
import { detachProxyEnvironment, VERSION } from "../../util/mod.ts";
import { type App, appLogger, UsageFailure } from "../app.ts";
import { isRegistered, load, type Loaded } from "../load.ts";
import { writeFirstConfig } from "../setup/first_start.ts";
import { registerAsking } from "../setup/register.ts";
import { openTerminal } from "../terminal/open_terminal.ts";
import { endOnSignals } from "./end_on_signals.ts";
import { type OverrideOptions, overridesOf } from "./overrides.ts";

/** The options of `run`. */
export interface RunOptions extends OverrideOptions {
  readonly interactive?: boolean;
  readonly envFile?: string;
}

/** Works until it is told to stop. What is missing before the first start is asked for. */
export async function run(program: App, options: RunOptions): Promise<void> {
  if (options.interactive && !program.canAsk) throw new UsageFailure(cliText.noTerminal);
  const app = options.envFile === undefined ? program : await withFile(program, options.envFile);
  const { config, path } = await complete(app, options);
  // In the background no service manager keeps the log small.
  using file = app.env[DETACHED_VARIABLE] === "1"
    ? openRotatingLog(daemonFiles(config.paths.dataDir).log)
    : undefined;
  const log = appLogger(app, options, file && ((line) => file.write(line)));
  using _watchdog = startLoopWatchdog({ line: stuckLine(app, options) });
  const isService = app.env[SERVICE_VARIABLE] === "1";
  const agent = startAgent({
    config,
    isService,
    configPath: path,
    version: VERSION,
    env: app.env,
    lang: app.lang,
    log,
    proxies: app.proxies,
    requestsPerMinute: requestsPerMinute(app),
    onStarting: (news) => log.info(news),
    onReady: startNothingMore,
  });
  using signals = endOnSignals({ agent, dataDir: config.paths.dataDir, isService });
  await agent.gone;
  program.exitCode = signals.exitCode();
}

/** The app with the variables of a file, where its environment does not have the same. */
async function withFile(app: App, file: string): Promise<App> {
  const variables = await readVariables(file).catch((error) => {
    throw error instanceof Failure ? new UsageFailure(error.text) : error;
  });
  // Deno reads some of them itself (SSL_CERT_FILE and the like).
  for (const [name, value] of Object.entries(variables)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
  const proxies = { ...detachProxyEnvironment(), ...app.proxies };
  return { ...app, env: Deno.env.toObject(), proxies };
}

/** The line that the watchdog writes for a process whose event loop is stuck. */
function stuckLine(app: App, options: RunOptions): string {
  let line = "";
  const log = appLogger(app, options, (written) => line = written);
  log.error(agentText.loopStuck({ secs: LOOP_LIMIT_SECS }));
  return line;
}

/**
 * An agent that is up starts no more programs but credential helpers, for a later pull, and gives up the
 * permission for good. Where there is no list of programs, nothing can be kept of it (.ci/compile.ts). Not
 * from source: there Deno would forbid /proc with it, which guards the collecting of outputs.
 */
function startNothingMore(): void {
  if (!Deno.build.standalone) return;
  if (Deno.build.os !== "linux") Deno.permissions.revokeSync({ name: "run" });
  for (const command of LINUX_PROGRAMS) Deno.permissions.revokeSync({ name: "run", command });
}

/** A configuration that an agent can be started with. */
async function complete(app: App, options: RunOptions): Promise<Loaded> {
  if (app.canAsk) await writeFirstConfig(app, options);
  const loaded = await load(app, options, overridesOf(options));
  if (isRegistered(loaded.config)) return loaded;
  if (!app.canAsk) throw new UsageFailure(cliText.notRegistered({ path: loaded.path }));
  app.print(cliText.notRegisteredYet({ path: loaded.path }));
  using terminal = openTerminal();
  await registerAsking(app, terminal, loaded);
  return await load(app, options, overridesOf(options));
}

/** For Servers with another limit than 150 requests a minute (0 = none). */
function requestsPerMinute(app: App): number | undefined {
  const value = Number(app.env.AGENT_CORE_REQUESTS_PER_MINUTE || NaN);
  if (!Number.isInteger(value) || value < 0) return undefined;
  return value === 0 ? Infinity : value;
}
