import { exists } from "@std/fs";
import { dirname } from "@std/path";
import { daemonText, Failure, reasonOf, type Text } from "../i18n/mod.ts";
import { writeDurably } from "../util/mod.ts";
import { launchdPlist } from "./launchd_plist.ts";
import { managerOf } from "./service_manager.ts";
import type { ServiceOptions } from "./service_options.ts";
import {
  type ServiceAt,
  type ServiceKey,
  servicePath,
  type ServicePlace,
} from "./service_place.ts";
import { systemdUnit } from "./systemd_unit.ts";
import { variablesText } from "./variables_file.ts";
import { windowsTask } from "./windows_task.ts";

/** A service file, not yet written. */
export interface ServiceFile extends ServiceAt {
  readonly text: string;
}

/** What was done, and what the person should know. */
export interface ServiceOutcome {
  readonly file: ServiceAt;
  readonly messages: readonly Text[];
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
 * Writes the service file and the file of its variables, and has the system's service manager start the
 * service now and in future. One of the same name is replaced. If the manager refuses, no file stays.
 *
 * @throws {Failure} naming the command and what it said, or the file that cannot be written.
 */
export async function installService(
  options: ServiceOptions,
  place: ServicePlace,
): Promise<ServiceOutcome> {
  const { scope, owner, variables = {} } = options;
  const file = serviceFile(options, place);
  const { name, path, variablesPath } = file;
  const names = Object.keys(variables);
  const secret = variablesText(variables);
  const manager = managerOf({ scope, file, place });
  await manager.present();
  if (names.length > 0) await writeVariables(variablesPath, secret, owner);
  else await removeFile(variablesPath);
  try {
    await replace(file, place.os ?? Deno.build.os);
  } catch (error) {
    if (!await exists(path)) await Deno.remove(variablesPath).catch(() => {});
    throw error;
  }
  try {
    await manager.enable();
  } catch (error) {
    await manager.disable().catch(() => {});
    await Deno.remove(path).catch(() => {});
    await Deno.remove(variablesPath).catch(() => {});
    await manager.forget().catch(() => {});
    throw error;
  }
  const handedOn = daemonText.serviceVariables({ names, path: variablesPath });
  const installed = daemonText.serviceInstalled({ name, path });
  return { file, messages: [installed, ...(names.length > 0 ? [handedOn] : []), ...manager.notes] };
}

/**
 * Stops the service, takes it away from the service manager, and removes its files. Containers of tasks
 * go on, and the next agent takes them over.
 *
 * @throws {Failure} naming the command and what it said, or the file that cannot be removed.
 */
export async function uninstallService(
  key: ServiceKey,
  place: ServicePlace,
): Promise<ServiceOutcome> {
  const file = servicePath(key, place);
  const { name, path, variablesPath } = file;
  if (!await exists(path)) {
    await removeFile(variablesPath);
    return { file, messages: [daemonText.serviceAbsent({ name, path })] };
  }
  const manager = managerOf({ scope: key.scope, file, place });
  await manager.present();
  await manager.disable();
  await removeFile(path);
  await removeFile(variablesPath);
  await manager.forget();
  return { file, messages: [daemonText.serviceRemoved({ name, path })] };
}

async function replace({ path, text }: ServiceFile, os: typeof Deno.build.os): Promise<void> {
  await orImpossible(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, os === "windows" ? utf16(text) : new TextEncoder().encode(text), {
      mode: 0o644,
    });
  });
}

/** For its owner alone (0600) from its first byte on. */
async function writeVariables(
  path: string,
  text: string,
  owner: ServiceOptions["owner"],
): Promise<void> {
  await orImpossible(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    await writeDurably(path, text);
    if (owner) await Deno.chown(path, owner.uid, owner.gid);
  });
}

async function removeFile(path: string): Promise<void> {
  await orImpossible(path, async () => {
    await Deno.remove(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  });
}

async function orImpossible(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
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
