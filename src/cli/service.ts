import { dirname, join } from "@std/path";

import {
  installService,
  ownProgram,
  SERVICE_VARIABLE,
  serviceFile,
  type ServiceOptions,
  type ServicePlace,
  uninstallService,
} from "../daemon/mod.ts";
import { cliText, daemonText, Failure } from "../i18n/mod.ts";
import { type App, configPath, UsageFailure } from "./app.ts";
import { dataDirOf, homeFolder, load } from "./load.ts";
import { isRegistered } from "./register.ts";
import { globalWords } from "./run_detached.ts";
import type { InstallOptions, UninstallOptions } from "./service_commands.ts";

/** Variables that a service needs as much as this terminal; everybody may read its file. */
const HANDED_ON = /^(?:AGENT_CORE_\w+|DOCKER_\w+|SSL_CERT_FILE|DENO_CERT|NODE_EXTRA_CA_CERTS)$/;
const SECRETS = ["AGENT_CORE_AGENT_API_KEY"];
/** Of this process alone. */
const OWN = ["AGENT_CORE_DETACHED", "AGENT_CORE_CONFIG", "AGENT_CORE_LANG"];
/** What a service manager takes for the name of a service on every system. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Hands the agent to the system's service manager; with `--print` only shows the file for it. */
export async function install(app: App, options: InstallOptions): Promise<void> {
  checkName(options);
  const { config, path } = await load(app, options, { "paths.data_dir": options.dataDir });
  const service: ServiceOptions = {
    ...keyOf(options),
    program: await ownProgram(),
    args: [...globalWords(app, path, options), "run", ...dataDirWords(options)],
    dataDir: config.paths.dataDir,
    workingDir: dirname(path),
    user: options.runAs,
    env: { ...environment(app), [SERVICE_VARIABLE]: "1" },
    description: app.t(daemonText.serviceDescription),
  };
  const place = placeOf(app);
  if (options.print) {
    const { path: file, text } = serviceFile(service, place);
    app.say(cliText.serviceWouldBe({ path: file }));
    return app.print(text.trimEnd());
  }
  if (!isRegistered(config)) throw new UsageFailure(cliText.notRegistered({ path }));
  const { messages } = await installService(service, place);
  for (const message of messages) app.print(message);
}

/** Takes the agent away from the service manager, with or without a configuration that can be used. */
export async function uninstall(app: App, options: UninstallOptions): Promise<void> {
  checkName(options);
  const dataDir = await likelyDataDir(app, options);
  const { messages } = await uninstallService({ ...keyOf(options), dataDir }, placeOf(app));
  for (const message of messages) app.print(message);
}

/** Where Windows, and no other system, has the service's file: the usual place if nothing names another. */
async function likelyDataDir(app: App, options: UninstallOptions): Promise<string> {
  try {
    return await dataDirOf({ ...app, say: () => {} }, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const dataDir = join(dirname(configPath(app, options)), "data");
    if (Deno.build.os === "windows") app.say(cliText.serviceFolderGuessed({ dataDir }));
    return dataDir;
  }
}

function keyOf({ system, name }: UninstallOptions) {
  return { scope: system ? "system" : "user", ...(name !== undefined && { name }) } as const;
}

function checkName({ name }: UninstallOptions): void {
  if (name !== undefined && !NAME.test(name)) {
    throw new UsageFailure(cliText.badServiceName({ name }));
  }
}

function dataDirWords({ dataDir }: InstallOptions): string[] {
  return dataDir === undefined ? [] : ["--data-dir", dataDir];
}

function environment({ env }: App): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      HANDED_ON.test(name) && !SECRETS.includes(name) && !OWN.includes(name)
    ),
  );
}

function placeOf(app: App): ServicePlace {
  const home = homeFolder(app);
  if (home === undefined) throw new Failure(cliText.noHome);
  const windows = Deno.build.os === "windows";
  return {
    home,
    configHome: app.env.XDG_CONFIG_HOME || undefined,
    uid: windows ? undefined : Deno.uid() ?? undefined,
    userName: windows ? windowsUser(app) : app.env.USER || app.env.LOGNAME || undefined,
  };
}

function windowsUser({ env }: App): string | undefined {
  if (!env.USERNAME) return undefined;
  return env.USERDOMAIN ? `${env.USERDOMAIN}\\${env.USERNAME}` : env.USERNAME;
}
