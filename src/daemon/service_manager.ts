import { daemonText, Failure, type Text } from "../i18n/mod.ts";
import type { ServiceAt, ServicePlace } from "./service_place.ts";
import type { ServiceOptions } from "./service_options.ts";
import { runProgram } from "./system_program.ts";

/** What is asked of a service manager. */
export interface ServiceManager {
  /** Makes sure that it is there at all. */
  present(): Promise<void>;
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** After the file is gone. */
  forget(): Promise<void>;
  readonly notes: readonly Text[];
}

/** The service to be managed. */
export interface Managed {
  readonly scope: ServiceOptions["scope"];
  readonly file: ServiceAt;
  readonly place: ServicePlace;
}

/** The service manager of this system, for one service. */
export function managerOf(service: Managed): ServiceManager {
  const os = service.place.os ?? Deno.build.os;
  if (os === "windows") return scheduler(service);
  return os === "darwin" ? launchd(service) : systemd(service);
}

function systemd({ scope, file, place }: Managed): ServiceManager {
  const ask = (...args: string[]) =>
    command("systemctl", scope === "user" ? ["--user", ...args] : args);
  return {
    present: () => ask("--version"),
    async enable() {
      await ask("daemon-reload");
      await ask("enable", file.name);
      await ask("restart", file.name);
    },
    disable: () => ask("disable", "--now", file.name),
    forget: () => ask("daemon-reload"),
    notes: scope === "user" ? [daemonText.lingerNeeded({ user: place.userName ?? '"$USER"' })] : [],
  };
}

function launchd({ scope, file, place }: Managed): ServiceManager {
  const domain = scope === "system" ? "system" : `gui/${place.uid ?? Deno.uid()}`;
  const leave = () => command("launchctl", ["bootout", `${domain}/${file.name}`]);
  return {
    present: () => command("launchctl", ["version"]),
    async enable() {
      // Loaded already if an older one is replaced, and else this fails.
      await leave().catch(() => {});
      await command("launchctl", ["enable", `${domain}/${file.name}`]);
      await command("launchctl", ["bootstrap", domain, file.path]);
    },
    // A service that was unloaded by hand is gone already.
    disable: () => leave().catch(() => {}),
    forget: async () => {},
    notes: [daemonText.launchdRestarts],
  };
}

function scheduler({ file }: Managed): ServiceManager {
  return {
    present: () => command("schtasks", ["/?"]),
    async enable() {
      await command("schtasks", ["/Create", "/TN", file.name, "/XML", file.path, "/F"]);
      await command("schtasks", ["/Run", "/TN", file.name]);
    },
    async disable() {
      // Fails when it is not running.
      await command("schtasks", ["/End", "/TN", file.name]).catch(() => {});
      await command("schtasks", ["/Delete", "/TN", file.name, "/F"]);
    },
    forget: async () => {},
    notes: [daemonText.windowsTaskLimits],
  };
}

async function command(program: string, args: string[]): Promise<void> {
  const ended = await runProgram(program, args);
  if (!ended) throw new Failure(daemonText.serviceCommandMissing({ command: program }));
  if (ended.code === 0) return;
  const said = (ended.stderr.trim() || ended.stdout.trim()).slice(0, 2000) || `exit ${ended.code}`;
  throw new Failure(
    daemonText.serviceCommandFailed({ command: [program, ...args].join(" "), said }),
  );
}
