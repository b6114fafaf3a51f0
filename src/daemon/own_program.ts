import { fromFileUrl, isAbsolute, resolve } from "@std/path";
import { daemonText, Failure } from "../i18n/mod.ts";
import { jsonOrUndefined } from "../util/mod.ts";

/**
 * Environment variable with Deno's own arguments (`["run", "--allow-all", "--import-map", …]`, a JSON
 * array) for a program that runs from source. Whoever starts it in an unusual way sets it.
 */
export const DENO_ARGS_VARIABLE = "AGENT_CORE_DENO_ARGS";

/**
 * Linux' name for the program that is running. It is the only name that a compiled program can have leave
 * to start itself by: nobody knows its path when it is compiled (see .ci/compile.ts).
 */
export const ITSELF = "/proc/self/exe";

/** How to start this very program again: `command`, then `args`, then the program's own arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** What {@linkcode ownProgram} looks at; by default the running process. */
export interface OwnProgramOptions {
  readonly execPath?: string;
  readonly standalone?: boolean;
  readonly mainModule?: string;
  readonly args?: readonly string[];
  /** Value of {@linkcode DENO_ARGS_VARIABLE}. */
  readonly denoArgs?: string;
  /** The whole command line, where the system tells it. */
  readonly commandLine?: readonly string[];
  readonly cwd?: string;
}

const PLAIN = ["run", "--quiet", "--allow-all"];
/** Flags of deno that name a file. */
const WITH_PATH = ["--import-map", "--config", "-c", "--lock", "--cert", "--env-file"];
/** Flags of deno that are for the developer's own process only. */
const NOT_AGAIN = /^--(watch|watch-hmr|inspect|inspect-brk|inspect-wait|watch-exclude)(=|$)/;

/**
 * Finds out how to start this program a second time. A compiled one is its own binary. From source it
 * is deno with the flags that this process has (import map, config, permissions): those that
 * {@linkcode DENO_ARGS_VARIABLE} names, else on Linux those of its own command line, else
 * `run --quiet --allow-all`. Paths in them become absolute.
 *
 * @throws {Failure} when the variable holds something else than a JSON array of strings.
 */
export async function ownProgram(options: OwnProgramOptions = {}): Promise<Program> {
  const {
    execPath: command = Deno.execPath(),
    standalone = Deno.build.standalone,
    mainModule = Deno.mainModule,
    args = Deno.args,
    denoArgs = Deno.env.get(DENO_ARGS_VARIABLE),
    cwd = Deno.cwd(),
  } = options;
  if (standalone) return { command, args: [] };
  const script = mainModule.startsWith("file:") ? fromFileUrl(mainModule) : mainModule;
  const flags = denoArgs !== undefined && denoArgs !== ""
    ? listed(denoArgs)
    : fromCommandLine(options.commandLine ?? await commandLine(), { args, script, cwd }) ?? PLAIN;
  return { command, args: [...absolutePaths(flags, cwd), script] };
}

function listed(value: string): readonly string[] {
  const list = jsonOrUndefined(value);
  if (Array.isArray(list) && list.every((flag) => typeof flag === "string")) return list;
  throw new Failure(daemonText.denoArgsBad({ value }));
}

async function commandLine(): Promise<readonly string[]> {
  if (Deno.build.os !== "linux") return [];
  const text = await Deno.readTextFile("/proc/self/cmdline").catch(() => "");
  return text.split("\0").slice(0, -1);
}

/** What stands between deno and the script; undefined when the line does not look like that. */
function fromCommandLine(
  line: readonly string[],
  { args, script, cwd }: {
    readonly args: readonly string[];
    readonly script: string;
    readonly cwd: string;
  },
): readonly string[] | undefined {
  const at = line.length - args.length - 1;
  if (at < 1) return undefined;
  const named = line[at].startsWith("file:") ? fromFileUrl(line[at]) : resolve(cwd, line[at]);
  if (named !== script) return undefined;
  return line.slice(1, at).filter((flag) => !NOT_AGAIN.test(flag));
}

function absolutePaths(flags: readonly string[], cwd: string): string[] {
  const absolute = (path: string) =>
    path === "" || isAbsolute(path) || path.includes("://") ? path : resolve(cwd, path);
  return flags.map((flag, index) => {
    if (WITH_PATH.includes(flags[index - 1]) && !flag.startsWith("-")) return absolute(flag);
    const equals = flag.indexOf("=");
    if (equals === -1 || !WITH_PATH.includes(flag.slice(0, equals))) return flag;
    return `${flag.slice(0, equals + 1)}${absolute(flag.slice(equals + 1))}`;
  });
}
