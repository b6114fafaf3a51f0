import { dirname, resolve } from "@std/path";

import type { Config } from "../../config/mod.ts";
import {
  findAccount,
  installService,
  ownProgram,
  SERVICE_VARIABLE,
  serviceFile,
  type ServiceOptions,
  servicePath,
} from "../../daemon/mod.ts";
import { cliText, daemonText } from "../../i18n/mod.ts";
import { CA_VARIABLES } from "../../server/mod.ts";
import { proxyVariables } from "../../util/mod.ts";
import { type App, UsageFailure } from "../app.ts";
import { isRegistered, load } from "../load.ts";
import { globalWords } from "../run/overrides.ts";
import { checkAccount, mountWarnings } from "./account.ts";
import { keyOf, placeOf, type ServiceOption } from "./service_place.ts";

/** The options of `install-service`. */
export interface InstallOptions extends ServiceOption {
  readonly runAs?: string;
  readonly print?: boolean;
}

/**
 * Variables of this terminal that the service gets too; everybody may read its file. Of Docker's only those
 * that name a place: DOCKER_AUTH_CONFIG holds logins.
 */
const HANDED_ON =
  /^(?:AGENT_CORE_\w+|DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY)|REGISTRY_AUTH_FILE)$/;
/** Deno's own variable: which CAs to trust. */
const CA_STORE = "DENO_TLS_CA_STORE";
const SECRETS = ["AGENT_CORE_AGENT_API_KEY"];
/** Variables that hold for this process alone. */
const OWN = ["AGENT_CORE_DETACHED", "AGENT_CORE_CONFIG", "AGENT_CORE_LANG"];

/** Hands the agent to the system's service manager; with `--print` only shows the file for it. */
export async function install(app: App, options: InstallOptions): Promise<void> {
  const key = keyOf(options);
  const { config, path } = await load(app, options, { "paths.data_dir": options.dataDir });
  const place = placeOf(app);
  const { dataDir } = config.paths;
  const { variablesPath } = servicePath({ ...key, dataDir }, place);
  const variables = { ...proxyVariables(app.proxies), ...certificateVariables(app) };
  const names = Object.keys(variables);
  const service: ServiceOptions = {
    ...key,
    program: await ownProgram(),
    args: [
      ...globalWords(app, path, options),
      "run",
      ...dataDirWords(options),
      ...(names.length > 0 ? ["--env-file", variablesPath] : []),
    ],
    dataDir,
    workingDir: dirname(path),
    user: options.runAs,
    env: { ...environment(app), [SERVICE_VARIABLE]: "1" },
    variables,
    description: app.t(daemonText.serviceDescription),
  };
  if (proxyIsMissing(app, config)) app.say(cliText.serviceWithoutProxy);
  if (options.print) {
    const { path: file, text } = serviceFile(service, place);
    if (names.length > 0) {
      app.say(cliText.serviceVariablesWouldBe({ names, path: variablesPath }));
    }
    app.say(cliText.serviceWouldBe({ path: file }));
    return app.print(text.trimEnd());
  }
  if (!isRegistered(config)) throw new UsageFailure(cliText.notRegistered({ path }));
  const owner = await ownerOf(app, { service, config, configPath: path });
  const { messages } = await installService({ ...service, owner }, place);
  for (const message of messages) app.print(message);
}

/** What the account of a service is checked for. */
interface Planned {
  readonly service: ServiceOptions;
  readonly config: Config;
  readonly configPath: string;
}

/** The account that the service gets by name, once it is certain that it can run the agent. */
async function ownerOf(app: App, { service, config, configPath }: Planned) {
  const { user, env = {}, variables = {} } = service;
  if (user === undefined || Deno.build.os === "windows") return undefined;
  const account = await findAccount(user);
  const certificates = CA_VARIABLES.flatMap((name) => variables[name] ?? []);
  const program = service.program.command;
  const needs = { account, program, config, configPath, env, certificates };
  for (const warning of await mountWarnings(needs)) app.say(warning);
  await checkAccount(needs);
  return account;
}

/** The variables that name CAs, with whole paths: a service starts in another folder. */
function certificateVariables({ env }: App): Record<string, string> {
  const files = CA_VARIABLES.filter((name) => env[name]).map((name) => [name, resolve(env[name])]);
  return Object.fromEntries([...files, ...(env[CA_STORE] ? [[CA_STORE, env[CA_STORE]]] : [])]);
}

function proxyIsMissing({ proxies }: App, { server }: Config): boolean {
  return server.useSystemProxy && !(proxies.http || proxies.https || proxies.all);
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
