import { join } from "@std/path";
import { launchdLabel } from "./launchd_plist.ts";
import { SERVICE_NAME, type ServiceOptions } from "./service_options.ts";

/** Where a service lives on this machine. */
export interface ServicePlace {
  /** The home folder. */
  readonly home: string;
  /** `XDG_CONFIG_HOME`, if set. */
  readonly configHome?: string;
  /** Number of the user, for launchd. */
  readonly uid?: number;
  /** Name of the user, for the messages. */
  readonly userName?: string;
  /** @default {this system} */
  readonly os?: typeof Deno.build.os;
}

/** A service file's place. */
export interface ServiceAt {
  /** What the service manager calls it. */
  readonly name: string;
  readonly path: string;
  /** Where its variables are that only the service's account may read; missing where there are none. */
  readonly variablesPath: string;
}

/** Which service it is. */
export type ServiceKey = Pick<ServiceOptions, "scope" | "name" | "dataDir">;

/**
 * What the service is called on this system, and where its files lie. Those of a system's service are
 * in folders of root: the service's account can put nothing else in their place.
 */
export function servicePath(
  { name = SERVICE_NAME, scope, dataDir }: ServiceKey,
  { home, configHome, os = Deno.build.os }: ServicePlace,
): ServiceAt {
  const at = (folder: string, name: string, ending: string) => ({
    path: join(folder, `${name}${ending}`),
    variablesPath: join(folder, `${name}.env`),
  });
  if (os === "windows") return { name, ...at(dataDir, name, ".task.xml") };
  if (os === "darwin") {
    const folder = scope === "system"
      ? "/Library/LaunchDaemons"
      : join(home, "Library/LaunchAgents");
    const label = launchdLabel(name);
    return { name: label, ...at(folder, label, ".plist") };
  }
  const folder = scope === "system"
    ? "/etc/systemd/system"
    : join(configHome ?? join(home, ".config"), "systemd/user");
  return { name: `${name}.service`, ...at(folder, name, ".service") };
}
