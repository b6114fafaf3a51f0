/**
 * Compiles agent-core into one binary: `dist/agent-core` for this system, or with `--target TARGET`
 * `dist/agent-core-TARGET`. `--output FILE` names another place (relative to the working folder);
 * `--lock FILE` holds every package to the versions and hashes of a lock file.
 *
 * What is compiled is two bundles, each in a few chunks, so that a command loads only what it needs, of
 * the packages too: one with what is asked for again and again (`--version` and `status`) and nothing
 * else, and one with the rest. (By itself, what lies behind a room's mod.ts stays together: one bundle
 * would give `--version` every message of the program.) Deno's own `compile --bundle` makes one chunk.
 * It is not minified: Deno 2.9.6's `--minify` puts the value of a `using` that is read once in its place
 * and so never disposes of it (a lock stays taken); it would also cost every stack its names.
 *
 * With a FILE it compiles that one instead, with the same permissions: for the test that shows them.
 *
 * `AGENT_CORE_PACKAGES=offline` builds with the stand-ins of `offline/`. `AGENT_CORE_DENORT=stand-in`
 * builds on the runtime that `.ci/denort` finds, where the genuine one cannot be downloaded: for tests.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

import { LINUX_PROGRAMS } from "../src/daemon/linux_programs.ts";
import { HELPER_PROGRAMS } from "../src/docker/credential_programs.ts";

/**
 * All that the compiled program may do, whatever the system; `tests/compiled/permissions_test.ts` shows
 * which. Loading foreign libraries (ffi) and code from the network (import) stay forbidden, and so does
 * everything below `/proc`, `/sys` and `/dev` that Deno gives only to a program with all permissions.
 *
 * What could not be narrowed, and why:
 * - **read, write**: configuration, data folder, mounts, certificates and the engine's socket may be
 *   anywhere; nobody knows where when the program is compiled, and nothing can be added later.
 * - **net**: the Server and a remote engine are named in the configuration, and unix sockets and the
 *   development Server count as network too.
 * - **env**: `run-detached` hands the whole environment on, and Deno lets only those list it who may
 *   read all of it.
 */
const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  // WSL is known by its kernel's name, rootless engines by the user's number; statfs: room on the disk;
  // osUptime: for how long a task runs, whatever the clock is set to.
  "--allow-sys=osRelease,osUptime,uid,statfs",
  "--deny-import",
  "--no-prompt",
];

/**
 * V8 collects garbage early rather than take memory while the machine has some: packing 100,000 output
 * files peaked at 90 MB instead of 300, in a fifth more time.
 */
const V8_FLAGS = "--v8-flags=--optimize-for-size";

/**
 * On Linux it may start a few programs by their whole paths, and keeps the right to start credential
 * helpers for as long as it runs: a later pull may need one. Elsewhere there is no list: `--allow-run=FILE`
 * takes no pattern, its own path is not known when it is compiled, a relative file is looked for in the
 * folder where the program is started, and a bare name on PATH, where it need not be. So there it may
 * start programs until the agent is up, and then gives that up as a whole (src/cli/run/run.ts): of a right
 * to start everything Deno takes nothing away but everything.
 */
function permissionsFor(target: string | undefined): string[] {
  const linux = target === undefined ? Deno.build.os === "linux" : target.includes("linux");
  const programs = linux ? `=${[...LINUX_PROGRAMS, ...HELPER_PROGRAMS].join(",")}` : "";
  return [...PERMISSIONS, `--allow-run${programs}`];
}

/**
 * Deno would keep what it has compiled in `/tmp/deno-compile-agent-core.cache`, and run what it finds
 * there: anybody's who put it there first. It saves 3 ms at the start.
 */
const NO_CODE_CACHE = "--no-code-cache";

const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

const root = fileURLToPath(new URL("..", import.meta.url));

/** What to start, with which arguments, and what its environment needs. */
interface Compiler {
  readonly deno: string;
  readonly env: Record<string, string>;
}

async function standIn(target: string | undefined): Promise<Compiler> {
  const finder = new Deno.Command("sh", {
    args: [`${root}.ci/denort`, ...(target === undefined ? [] : [target])],
    stderr: "inherit",
  });
  const { success, stdout } = await finder.output();
  if (!success) {
    throw new Error(`Cannot compile for ${target ?? "this system"}: no stand-in runtime`);
  }
  const [deno, runtime] = new TextDecoder().decode(stdout).trim().split("\n");
  return { deno, env: { DENORT_BIN: runtime } };
}

function packageFlags(lockFile: string | undefined): string[] {
  const config = ["--config", `${root}deno.json`];
  if (Deno.env.get("AGENT_CORE_PACKAGES") !== "offline") {
    return lockFile === undefined ? config : [...config, "--lock", lockFile, "--frozen"];
  }
  const lock = ["--lock", `${root}offline/deno.lock`, "--frozen"];
  return [...config, "--import-map", `${root}offline/import_map.json`, ...lock];
}

/** How src/cli/main.ts imports all that is not wanted at once. */
const LATER = "./program.ts";

/** What a bundle is made of, and where it goes. */
interface Bundling {
  readonly folder: string;
  readonly lock: string | undefined;
  readonly flags?: readonly string[];
}

/** Bundles a program. @returns the file to start */
async function bundle(file: string, { folder, lock, flags = [] }: Bundling): Promise<string> {
  const args = ["bundle", "--quiet", ...packageFlags(lock), "--code-splitting", ...flags];
  args.push("--outdir", folder, file);
  const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  if (!success) throw new Error(`Cannot bundle ${file}`);
  return `${folder}/${basename(file, ".ts")}.js`;
}

/** Makes the two bundles of agent-core. @returns the file to start */
async function bundleBoth(bundling: Bundling): Promise<string> {
  const start = await bundle(`${root}main.ts`, { ...bundling, flags: [`--external=${LATER}`] });
  const later = await bundle(`${root}src/cli/${LATER}`, bundling);
  const parts = (await Deno.readTextFile(start)).split(`"${LATER}"`);
  if (parts.length !== 2) throw new Error(`${start} must import ${LATER} in one place`);
  await Deno.writeTextFile(start, parts.join(`"./${basename(later)}"`));
  return start;
}

function outputFor(target: string | undefined): string {
  const windows = target === undefined ? Deno.build.os === "windows" : target.includes("windows");
  const name = target === undefined ? "agent-core" : `agent-core-${target}`;
  return `${root}dist/${name}${windows ? ".exe" : ""}`;
}

async function compile(): Promise<number> {
  const { values: { target, output, lock }, positionals: [file] } = parseArgs({
    allowPositionals: true,
    options: { target: { type: "string" }, output: { type: "string" }, lock: { type: "string" } },
  });
  const binary = output ?? outputFor(target);
  if (target !== undefined && !TARGETS.includes(target)) {
    console.error(`Cannot compile for "${target}": expected one of ${TARGETS.join(", ")}`);
    return 2;
  }
  const { deno, env } = Deno.env.get("AGENT_CORE_DENORT") === "stand-in"
    ? await standIn(target)
    : { deno: Deno.execPath(), env: {} };
  await Deno.mkdir(`${root}dist`, { recursive: true });
  const scratch = await Deno.makeTempDir({ dir: `${root}dist`, prefix: "bundle-" });
  // Three below the root, as new_image.ts is, which looks for the example from there.
  const folder = `${scratch}/program`;
  try {
    const start = file === undefined
      ? await bundleBoth({ folder, lock })
      : await bundle(file, { folder, lock });
    const args = [
      "compile",
      "--quiet",
      "--no-check",
      "--no-config",
      "--no-lock",
      V8_FLAGS,
      NO_CODE_CACHE,
    ];
    args.push(...permissionsFor(target));
    if (target !== undefined) args.push("--target", target);
    // `new-image` writes a copy of it.
    args.push("--include", `${root}executor-example`, "--include", folder, "--output", binary);
    args.push(start);
    const { code } = await new Deno.Command(deno, { args, env }).spawn().status;
    if (code === 0) console.error(`compiled ${binary}`);
    return code;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

Deno.exit(await compile());
