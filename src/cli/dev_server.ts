import { startDevServer } from "../devserver/mod.ts";
import { cliText } from "../i18n/mod.ts";
import { type App, appLogger, UsageFailure } from "./app.ts";
import type { DevServerOptions } from "./commands/dev_server.ts";
import { untilSignal } from "./terminal/signals.ts";

const LAST_PORT = 65_535;

/** Serves until Ctrl+C. */
export async function devServer(app: App, options: DevServerOptions): Promise<void> {
  const { port = 8080 } = options;
  if (port < 0 || port > LAST_PORT) throw new UsageFailure(cliText.badPort({ port }));
  await using server = await startDevServer({ port, log: appLogger(app, options) });
  const service = await server.createService("dev");
  const client = server.createClient("dev");
  app.print(cliText.devServerUp({
    url: server.url,
    token: service.registrationToken,
    serviceId: service.id,
    clientKey: client.apiKey,
    adminKey: server.adminKey,
  }));
  await untilSignal();
}
