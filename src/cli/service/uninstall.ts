import { dirname, join } from "@std/path";

import { uninstallService } from "../../daemon/mod.ts";
import { cliText, Failure } from "../../i18n/mod.ts";
import { type App, configPath } from "../app.ts";
import { dataDirOf } from "../load.ts";
import { keyOf, placeOf, type ServiceOption } from "./service_place.ts";

/** Takes the agent away from the service manager, with or without a configuration that can be used. */
export async function uninstall(app: App, options: ServiceOption): Promise<void> {
  const key = keyOf(options);
  const dataDir = await likelyDataDir(app, options);
  const { messages } = await uninstallService({ ...key, dataDir }, placeOf(app));
  for (const message of messages) app.print(message);
}

/** The data folder, where only Windows has the service's file; the usual place if the configuration names none. */
async function likelyDataDir(app: App, options: ServiceOption): Promise<string> {
  try {
    return await dataDirOf({ ...app, say: () => {} }, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const dataDir = join(dirname(configPath(app, options)), "data");
    if (Deno.build.os === "windows") app.say(cliText.serviceFolderGuessed({ dataDir }));
    return dataDir;
  }
}
