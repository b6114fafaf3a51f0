import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import {
  type Collection,
  type CollectOptions,
  collectOutputs,
  openOutput,
  type OutputFile,
  removeWorkspace,
} from "../../src/workspace/mod.ts";

/** A workspace on a real disk, with a place for what is outside of it. */
export interface Lab {
  readonly base: string;
  /** The workspace. */
  readonly dir: string;
  readonly spill: string;
  /** A folder beside the workspace, with a file `secret` in it. */
  readonly outside: string;
  /** Writes a file of the workspace and the folders it needs. */
  write(path: string, content?: string | Uint8Array): Promise<void>;
  collect(options?: Partial<CollectOptions>, bounds?: Bounds): Promise<Collection>;
  /** The bytes that would be sent of a file, as text. */
  read(file: OutputFile): Promise<string>;
}

type Bounds = Parameters<typeof collectOutputs>[1];

export const NO_LIMITS = {
  maxFileSize: 0,
  maxTotalSize: 0,
  maxFiles: 200,
  maxReadSize: 0,
  maxMinutes: 0,
};
export const SECRET = "the lab's private data";

/** Runs a test in a lab of its own and removes it, whatever is in it. */
export async function withLab(body: (lab: Lab) => Promise<void>): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "agent-core-" }));
  try {
    await body(await openLab(base));
  } finally {
    const { removed, obstacle } = await removeWorkspace(base);
    // What no call of Deno can name is left to the executor's container, or here to a shell.
    if (!removed && obstacle?.en.includes("UTF-8")) await sh(`rm -rf "${base}"`, "/");
    else assert.ok(removed, obstacle?.en);
  }
}

async function openLab(base: string): Promise<Lab> {
  const dir = join(base, "workspaces", "task");
  const spill = join(base, "spill", "task");
  const outside = join(base, "outside");
  await Deno.mkdir(join(dir, "output"), { recursive: true });
  await Deno.mkdir(join(dir, "input"));
  await Deno.mkdir(outside);
  await Deno.writeTextFile(join(outside, "secret"), SECRET);
  await Deno.writeTextFile(join(dir, "task.json"), "{}");
  await Deno.writeTextFile(join(dir, "input", "01-a"), "in");
  return {
    base,
    dir,
    spill,
    outside,
    async write(path, content = path) {
      const target = join(dir, path);
      await Deno.mkdir(dirname(target), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(target, content);
      else await Deno.writeFile(target, content);
    },
    collect: (options = {}, bounds = {}) =>
      collectOutputs({ dir, spill, mounts: [], limits: NO_LIMITS, ...options }, bounds),
    read: async (file) => await new Response(await openOutput({ dir, spill, file })).text(),
  };
}

/** The names that are sent, in their order. */
export function names(collection: Collection): string[] {
  return collection.files.map((file) => file.name);
}

/** `name: kind` of everything that is named as left out, sorted. */
export function skips(collection: Collection): string[] {
  return collection.skipped.map(({ name, kind }) => `${name}: ${kind}`).sort();
}

/** Runs a shell command; it must succeed. */
export async function sh(command: string, cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-c", command],
    cwd,
    stdin: "null",
  }).output();
  assert.ok(success, `${command}: ${new TextDecoder().decode(stderr)}`);
}

/** The most memory that this process has had, in bytes. Linux only. */
export async function peakMemory(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** What a zip file holds, read by another program than the one that packed it. */
export async function unzipped(zip: string, into: string): Promise<Map<string, string>> {
  const script = "import sys, zipfile\n" +
    "z = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])\n" +
    "print('\\0'.join(z.namelist()), end='')";
  const { success, stdout, stderr } = await new Deno.Command("python3", {
    args: ["-c", script, zip, into],
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const listed = new TextDecoder().decode(stdout).split("\0");
  const entries = new Map<string, string>();
  for (const name of listed) entries.set(name, await Deno.readTextFile(join(into, name)));
  return entries;
}

/**
 * Whether this Deno shows names that are not UTF-8 at all. Before 2.9 it leaves them out of every
 * listing, so that nothing can be known of them.
 */
export const SHOWS_BAD_NAMES = Deno.build.os === "linux" && await showsBadNames();

async function showsBadNames(): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await sh(`: > "$(printf 'x\\377')"`, folder);
    return (await Array.fromAsync(Deno.readDir(folder))).length === 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
