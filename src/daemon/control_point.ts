import { basename, dirname, join } from "@std/path";
import { daemonFiles } from "../data_folder/mod.ts";
import { controlText, Failure } from "../i18n/mod.ts";
import { writeDurably } from "../util/mod.ts";
import type { ControlPoint } from "./control_protocol.ts";

/**
 * Bytes of a socket's path that every system takes: `sun_path` has 104 on macOS and 108 on Linux
 * (unix(4), unix(7)), one of them for the end mark.
 */
export const MAX_SOCKET_PATH = 103;

const FALLBACK_PREFIX = "agent-core-";
const FALLBACK_NAME = "agent.sock";

/**
 * Chooses where the channel is for this start and makes the secret for it; call it with the lock held.
 * On Windows a pipe whose name nobody can have taken beforehand (its default protection lets only the
 * owner and administrators write to it); elsewhere `agent.sock` in the data folder or, where that path
 * is too long for a socket, in a new private folder (0700) among the temporary ones. Not below
 * XDG_RUNTIME_DIR: that one vanishes when the user logs out, while the agent lives on.
 */
export async function newControlPoint(dataDir: string): Promise<ControlPoint> {
  const secret = randomHex(32);
  if (Deno.build.os === "windows") {
    return { address: `\\\\.\\pipe\\agent-core-${randomHex(16)}`, secret };
  }
  const { socket } = daemonFiles(dataDir);
  if (fits(socket)) return { address: socket, secret };
  for (const dir of [undefined, "/tmp"]) {
    const folder = await Deno.makeTempDir({ dir, prefix: FALLBACK_PREFIX });
    const address = join(folder, FALLBACK_NAME);
    if (fits(address)) return { address, secret };
    await Deno.remove(folder);
  }
  return { address: socket, secret };
}

/** Writes `agent.control`, for the owner alone. */
export async function writeControlPoint(dataDir: string, point: ControlPoint): Promise<void> {
  await writeDurably(daemonFiles(dataDir).control, JSON.stringify(point) + "\n");
}

/**
 * Reads `agent.control`; undefined when there is none, or none that makes sense.
 *
 * @throws {Failure} when this user may not read it.
 */
export async function readControlPoint(dataDir: string): Promise<ControlPoint | undefined> {
  const { control: path } = daemonFiles(dataDir);
  try {
    const text = await Deno.readTextFile(path);
    const { controlPointSchema } = await import("./control_protocol.ts");
    return controlPointSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new Failure(controlText.controlForbidden({ path }));
    }
    return undefined;
  }
}

/**
 * Removes `agent.control` and the socket that it names, after an agent's end or after its death. Only
 * with the lock held. What the file names is removed only where this program can have made it.
 */
export async function removeControlPoint(dataDir: string): Promise<void> {
  const files = daemonFiles(dataDir);
  const point = await readControlPoint(dataDir).catch(() => undefined);
  if (Deno.build.os !== "windows") {
    await Deno.remove(files.socket).catch(() => {});
    if (point && isFallback(point.address)) {
      await Deno.remove(point.address).catch(() => {});
      await Deno.remove(dirname(point.address)).catch(() => {});
    }
  }
  await Deno.remove(files.control).catch(() => {});
}

function isFallback(address: string): boolean {
  return basename(address) === FALLBACK_NAME &&
    basename(dirname(address)).startsWith(FALLBACK_PREFIX);
}

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= MAX_SOCKET_PATH;
}

function randomHex(bytes: number): string {
  return Array.from(
    crypto.getRandomValues(new Uint8Array(bytes)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}
