import { dirname, join } from "@std/path";

import { assertReplaceable, type Config, editConfig } from "../../config/mod.ts";
import { acquireLock, AlreadyRunning, isRunning, readHolder } from "../../daemon/mod.ts";
import { journalPath } from "../../data_folder/mod.ts";
import { cliText, Failure, reasonOf } from "../../i18n/mod.ts";
import { openJournal } from "../../journal/mod.ts";
import {
  register as registerAtServer,
  RegisterError,
  type Registration,
} from "../../server/mod.ts";
import { type App, type GlobalOptions, UsageFailure } from "../app.ts";
import { isRegistered, load, type Loaded } from "../load.ts";
import { openTerminal, type Terminal } from "../terminal/open_terminal.ts";
import { infoIfThere } from "../there.ts";

/** The options of `register`. */
export interface RegisterOptions extends GlobalOptions {
  readonly token?: string;
  readonly name?: string;
  readonly force?: boolean;
  readonly discard?: boolean;
}

/** Trades a token for the agent's own key, and keeps that in the configuration. */
export async function register(app: App, options: RegisterOptions): Promise<void> {
  await registerHere(app, options);
  app.print(cliText.registeredNext);
}

async function registerHere(app: App, options: RegisterOptions): Promise<void> {
  const loaded = await load(app, options);
  const { serviceId } = loaded.config.agent;
  const registered = isRegistered(loaded.config);
  if (registered && !options.force) {
    throw new Failure(cliText.registeredHere({ serviceId: serviceId!, path: loaded.path }));
  }
  await refuseWhileRunning(loaded.config);
  if (registered) await assertNothingUndelivered(loaded.config, options.discard ?? false);
  if (options.token !== undefined) return await registerWith(app, loaded, options.token, options);
  if (!app.canAsk) throw new UsageFailure(cliText.tokenMissing({ path: loaded.path }));
  using terminal = openTerminal();
  await registerAsking(app, terminal, loaded, options);
}

/** A running agent would go on with its old key, which nobody expects. */
async function refuseWhileRunning({ paths: { dataDir } }: Config): Promise<void> {
  if (!await isRunning(dataDir)) return;
  throw new AlreadyRunning(dataDir, (await readHolder(dataDir))?.pid);
}

/**
 * Another service's key cannot deliver this one's results: they go first, or are given up by the
 * owner's own word (`discard`). Nobody else may work on the data folder meanwhile.
 *
 * @throws {Failure} when results are undelivered, or an agent is running.
 */
async function assertNothingUndelivered(config: Config, discard: boolean): Promise<void> {
  const { dataDir } = config.paths;
  const path = journalPath(dataDir);
  if (!await infoIfThere(path)) return;
  await using _lock = await acquireLock(dataDir);
  using journal = openJournal(path);
  const open = journal.open();
  if (open.length === 0) return;
  if (!discard) {
    const tasks = open.slice(0, 5).map((row) => row.taskId).join(", ");
    throw new Failure(cliText.undelivered({ count: open.length, tasks }));
  }
  for (const row of open) journal.update(row.id, { state: "undeliverable", discarded: true });
}

/**
 * Asks for the token, without an echo, and registers with it; a wrong one is asked for again.
 *
 * @throws {Failure} when the registration fails for another reason, or nobody wants to answer.
 */
export async function registerAsking(
  app: App,
  terminal: Terminal,
  loaded: Loaded,
  options: { readonly name?: string } = {},
): Promise<void> {
  app.print(cliText.aboutToken({ server: loaded.config.server.baseUrl }));
  for (;;) {
    const token = (await terminal.secret(app.t(cliText.askToken))).trim();
    if (token === "") continue;
    try {
      return await registerWith(app, loaded, token, options);
    } catch (error) {
      const wrong = error instanceof RegisterError && error.reason === "unknown_token";
      if (!wrong) throw error;
      app.say(error.text);
    }
  }
}

/** Registers and writes the key into the configuration. The token is burned only if it can be kept. */
export async function registerWith(
  app: App,
  { config, path }: Loaded,
  token: string,
  { name }: { readonly name?: string } = {},
): Promise<void> {
  await assertReplaceable(path);
  const registration = await registerAtServer({
    baseUrl: config.server.baseUrl,
    useSystemProxy: config.server.useSystemProxy,
    proxies: app.proxies,
    token,
    capacity: config.executor.capacity,
  });
  await keepKey(path, registration, name);
  app.print(cliText.registered({
    serviceId: registration.serviceId,
    name: registration.name,
    path,
  }));
}

async function keepKey(
  path: string,
  { serviceId, apiKey }: Registration,
  name: string | undefined,
): Promise<void> {
  try {
    await editConfig(path, {
      "agent.service_id": serviceId,
      "agent.api_key": apiKey,
      ...(name !== undefined && { "agent.name": name }),
    });
  } catch (error) {
    // The Server shows the key this once; losing it would cost a new token.
    const rescue = join(dirname(path), `agent-core-key-${serviceId.replaceAll(/\W/g, "_")}.toml`);
    const lines = [
      "[agent]",
      `service_id = ${JSON.stringify(serviceId)}`,
      `api_key = ${JSON.stringify(apiKey)}`,
    ];
    await Deno.writeTextFile(rescue, lines.join("\n") + "\n", { createNew: true, mode: 0o600 });
    throw new Failure(cliText.keyRescued({ path, rescue, reason: reasonOf(error) }), {
      cause: error,
    });
  }
}
