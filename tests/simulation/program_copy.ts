import { join } from "@std/path";
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { packageFlags } from "../support/packages.ts";
import type { Change } from "./planted.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What is played, and what plays it. */
const PARTS = ["src", "tests/simulation", "tests/support", "tests/executor/helpers.ts"];
/** Longer than the seeds of one fault take, seconds. */
const LIMIT_SECS = 600;

/** Which seeds to play. */
export interface Seeds {
  readonly from: number;
  readonly most: number;
}

/** What the last seed that was played has come to. */
export interface Played {
  readonly seed: number;
  readonly violation?: string;
}

/** A copy of the program and of its simulation, in which faults can be planted. */
export interface ProgramCopy extends AsyncDisposable {
  /**
   * Changes the program until the result is disposed.
   *
   * @throws where it has not what is to be changed, or has it twice
   */
  plant(changes: readonly Change[]): Promise<AsyncDisposable>;
  /**
   * Plays so many seeds, or fewer: ends with the first violation.
   *
   * @throws where the simulation does not come to its end, and the signal's reason
   */
  play(seeds: Seeds, signal: AbortSignal): Promise<Played>;
}

/** Copies the program into a folder that is gone when the copy is disposed. */
export async function copyProgram(): Promise<ProgramCopy> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-planted-" });
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await shareCache(cacheIn(folder));
  return {
    plant: (changes) => plantIn(folder, changes),
    play: (seeds, signal) => playIn(folder, seeds, signal),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function cacheIn(folder: string): string {
  return join(folder, "cache");
}

/** Makes a cache with this Deno's packages: what else is kept in it is of files that are gone soon. */
async function shareCache(cache: string): Promise<void> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string };
  await Deno.mkdir(cache);
  for (const packages of ["npm", "remote"]) {
    await Deno.symlink(join(denoDir, packages), join(cache, packages), { type: "dir" });
  }
}

async function plantIn(folder: string, changes: readonly Change[]): Promise<AsyncDisposable> {
  const before = new Map<string, string>();
  for (const { file, find, replace } of changes) {
    const path = join(folder, file);
    const text = await Deno.readTextFile(path);
    if (!before.has(path)) before.set(path, text);
    await Deno.writeTextFile(path, changed(text, { file, find, replace }));
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const [path, text] of before) await Deno.writeTextFile(path, text);
    },
  };
}

function changed(text: string, { file, find, replace }: Change): string {
  const times = text.split(find).length - 1;
  if (times === 1) return text.replace(find, () => replace);
  throw new Error(`The program has changed: this is in ${file} ${times} times, not once: ${find}`);
}

async function playIn(
  folder: string,
  { from, most }: Seeds,
  signal: AbortSignal,
): Promise<Played> {
  signal.throwIfAborted();
  const script = join(folder, "tests", "simulation", "simulate.ts");
  const options = `--first --from ${from} --step 1 --seeds ${most} --seconds ${LIMIT_SECS}`;
  const flags = ["run", "--quiet", "--allow-all", ...packageFlags()];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...flags, script, ...options.split(" ")],
    env: { DENO_DIR: cacheIn(folder) },
    stdout: "piped",
    signal,
  }).spawn();
  const lines = (await new Response(child.stdout).text()).trimEnd().split("\n");
  const { code } = await child.status;
  signal.throwIfAborted();
  const last = lines.pop();
  if (code === 0 && last) return JSON.parse(last);
  throw new Error(`The simulation has ended with code ${code} after ${lines.length} seeds`);
}
