import { dirname, join } from "@std/path";
import { daemonText, Failure, reasonOf, type Text } from "../i18n/mod.ts";
import { childEnvironment } from "./child_environment.ts";
import { launchdLabel, launchdPlist } from "./launchd_plist.ts";
import { SERVICE_NAME, type ServiceOptions } from "./service_options.ts";
import { systemdUnit } from "./systemd_unit.ts";
import { windowsTask } from "./windows_task.ts";

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
}

/** A service file, not yet written. */
export interface ServiceFile extends ServiceAt {
  readonly text: string;
}

/** What was done, and what the person should know. */
export interface ServiceOutcome {
  readonly file: ServiceAt;
  readonly messages: readonly Text[];
}

/** Which service it is. */
export type ServiceKey = Pick<ServiceOptions, "scope" | "name" | "dataDir">;

/** What the service is called on this system, and where its file lies. */
export function servicePath(
  { name = SERVICE_NAME, scope, dataDir }: ServiceKey,
  { home, configHome, os = Deno.build.os }: ServicePlace,
): ServiceAt {
  if (os === "windows") return { name, path: join(dataDir, `${name}.task.xml`) };
  if (os === "darwin") {
    const folder = scope === "system"
      ? "/Library/LaunchDaemons"
      : join(home, "Library/LaunchAgents");
    const label = launchdLabel(name);
    return { name: label, path: join(folder, `${label}.plist`) };
  }
  const folder = scope === "system"
    ? "/etc/systemd/system"
    : join(configHome ?? join(home, ".config"), "systemd/user");
  return { name: `${name}.service`, path: join(folder, `${name}.service`) };
}

/** The service file for this system: what `--print` shows. */
export function serviceFile(options: ServiceOptions, place: ServicePlace): ServiceFile {
  const { os = Deno.build.os, userName } = place;
  const at = servicePath(options, place);
  if (os === "darwin") return { ...at, text: launchdPlist(options) };
  if (os !== "windows") return { ...at, text: systemdUnit(options) };
  // Without a name the task would start for everybody who logs on.
  const user = options.scope === "user" ? options.user ?? userName : options.user;
  return { ...at, text: windowsTask({ ...options, user }) };
}

/**
 * Writes the service file, and has the system's service manager start the service now and in future.
 * One of the same name is replaced. If the manager refuses, the file does not stay.
 *
 * @throws {Failure} naming the command and what it said, or the file that cannot be written.
 */
export async function installService(
  options: ServiceOptions,
  place: ServicePlace,
): Promise<ServiceOutcome> {
  const file = serviceFile(options, place);
  const manager = managerOf(options.scope, file, place);
  await manager.present();
  await replace(file, place.os ?? Deno.build.os);
  try {
    await manager.enable();
  } catch (error) {
    await manager.disable().catch(() => {});
    await Deno.remove(file.path).catch(() => {});
    await manager.forget().catch(() => {});
    throw error;
  }
  const installed = daemonText.serviceInstalled({ name: file.name, path: file.path });
  return { file, messages: [installed, ...manager.notes] };
}

/**
 * Stops the service and takes it away from the service manager. Containers of tasks go on, and the
 * next agent takes them over.
 *
 * @throws {Failure} naming the command and what it said, or the file that cannot be removed.
 */
export async function uninstallService(
  key: ServiceKey,
  place: ServicePlace,
): Promise<ServiceOutcome> {
  const file = servicePath(key, place);
  const { name, path } = file;
  const there = await Deno.stat(path).then(() => true, () => false);
  if (!there) return { file, messages: [daemonText.serviceAbsent({ name, path })] };
  const manager = managerOf(key.scope, file, place);
  await manager.present();
  await manager.disable();
  try {
    await Deno.remove(path);
  } catch (error) {
    throw new Failure(
      daemonText.serviceFileImpossible({ path, reason: reasonOf(error) }),
      { cause: error },
    );
  }
  await manager.forget();
  return { file, messages: [daemonText.serviceRemoved({ name, path })] };
}

/** What is asked of a service manager. */
interface Manager {
  /** Makes sure that it is there at all. */
  present(): Promise<void>;
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** After the file is gone. */
  forget(): Promise<void>;
  readonly notes: readonly Text[];
}

function managerOf(
  scope: ServiceOptions["scope"],
  file: ServiceAt,
  place: ServicePlace,
): Manager {
  const os = place.os ?? Deno.build.os;
  if (os === "windows") return scheduler(file);
  return os === "darwin" ? launchd(scope, file, place) : systemd(scope, file, place);
}

function systemd(scope: ServiceOptions["scope"], file: ServiceAt, place: ServicePlace): Manager {
  const ask = (...args: string[]) =>
    command("systemctl", scope === "user" ? ["--user", ...args] : args, file);
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

function launchd(scope: ServiceOptions["scope"], file: ServiceAt, place: ServicePlace): Manager {
  const domain = scope === "system" ? "system" : `gui/${place.uid ?? Deno.uid()}`;
  const leave = () => command("launchctl", ["bootout", `${domain}/${file.name}`], file);
  return {
    present: () => command("launchctl", ["version"], file),
    async enable() {
      // Loaded already if an older one is replaced, and else this fails.
      await leave().catch(() => {});
      await command("launchctl", ["enable", `${domain}/${file.name}`], file);
      await command("launchctl", ["bootstrap", domain, file.path], file);
    },
    // A service that was unloaded by hand is gone already.
    disable: () => leave().catch(() => {}),
    forget: async () => {},
    notes: [daemonText.launchdRestarts],
  };
}

function scheduler(file: ServiceAt): Manager {
  return {
    present: () => command("schtasks", ["/?"], file),
    async enable() {
      await command("schtasks", ["/Create", "/TN", file.name, "/XML", file.path, "/F"], file);
      await command("schtasks", ["/Run", "/TN", file.name], file);
    },
    async disable() {
      // Fails when it is not running.
      await command("schtasks", ["/End", "/TN", file.name], file).catch(() => {});
      await command("schtasks", ["/Delete", "/TN", file.name, "/F"], file);
    },
    forget: async () => {},
    notes: [daemonText.windowsTaskLimits],
  };
}

async function command(program: string, args: string[], { path }: ServiceAt): Promise<void> {
  let output: Deno.CommandOutput;
  try {
    const env = childEnvironment();
    output = await new Deno.Command(program, { args, stdin: "null", clearEnv: true, env }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Failure(daemonText.serviceCommandMissing({ command: program, path }));
  }
  if (output.success) return;
  const decoder = new TextDecoder();
  const said = (decoder.decode(output.stderr).trim() || decoder.decode(output.stdout).trim())
    .slice(0, 2000) || `exit ${output.code}`;
  throw new Failure(
    daemonText.serviceCommandFailed({ command: [program, ...args].join(" "), said }),
  );
}

async function replace({ path, text }: ServiceFile, os: typeof Deno.build.os): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, os === "windows" ? utf16(text) : new TextEncoder().encode(text), {
      mode: 0o644,
    });
  } catch (error) {
    throw new Failure(
      daemonText.serviceFileImpossible({ path, reason: reasonOf(error) }),
      { cause: error },
    );
  }
}

/** Little-endian with a byte order mark, as schtasks expects. */
function utf16(text: string): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 + text.length * 2));
  bytes.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at++) bytes.setUint16(2 + at * 2, text.charCodeAt(at), true);
  return new Uint8Array(bytes.buffer);
}
