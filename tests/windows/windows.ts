import { fromFileUrl, join } from "@std/path";

import type { Ended } from "../support/journey.ts";
import type { Drives } from "./engine_relay.ts";

/** The repository, on this machine and under wine the same. */
export const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const SCRIPT = `${ROOT}.ci/wine`;

/** deno.exe as Windows calls it. */
export const DENO_EXE = "Z:\\deno.exe";
/** node.exe as Windows calls it. */
export const NODE_EXE = "Z:\\node.exe";

/**
 * Makes sure that there is a Windows to test on (wine, see .ci/wine), and says where its drives are on
 * this machine.
 *
 * @throws when there is none: a test of Windows never passes without.
 */
export async function prepareWindows(): Promise<Drives> {
  const { success, stdout } = await new Deno.Command("sh", { args: [SCRIPT], stderr: "inherit" })
    .output();
  if (!success) throw new Error("Cannot test on Windows: .ci/wine could not make one (as root?)");
  return { c: new TextDecoder().decode(stdout).trim(), z: "/" };
}

/** A path of this machine as Windows programs see it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

/** How a Windows program is started. */
export interface WindowsStart {
  /** A folder below /tmp or in the repository. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a Windows program with nothing of this machine's environment. What it prints goes to files: the
 * processes that wine itself leaves running would keep a pipe open.
 */
export function startWindows(
  program: string,
  args: readonly string[],
  { cwd, env = {}, output }: WindowsStart & { readonly output: string },
): Deno.ChildProcess {
  const redirect = 'out=$1; shift; exec sh "$@" >"$out.out" 2>"$out.err"';
  return new Deno.Command("sh", {
    args: ["-c", redirect, "sh", output, SCRIPT, "run", program, ...args],
    cwd,
    clearEnv: true,
    env: {
      HOME: Deno.env.get("HOME") ?? "/root",
      PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
      ...cacheHome(),
      ...env,
    },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Runs a Windows program to its end. */
export async function runWindows(
  program: string,
  args: readonly string[],
  start: WindowsStart,
): Promise<Ended> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const output = join(folder, "said");
    const child = startWindows(program, args, { ...start, output });
    await child.stdin.close();
    const { code } = await child.status;
    return { code, ...await whatItSaid(output) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a program that was started with this `output` has printed so far. */
export async function whatItSaid(output: string): Promise<Omit<Ended, "code">> {
  const read = async (end: string) =>
    (await Deno.readTextFile(`${output}.${end}`).catch(() => "")).replaceAll("\r\n", "\n");
  return { stdout: await read("out"), stderr: await read("err") };
}

/** .ci/wine keeps its machine there. */
function cacheHome(): Record<string, string> {
  const folder = Deno.env.get("XDG_CACHE_HOME");
  return folder === undefined ? {} : { XDG_CACHE_HOME: folder };
}
