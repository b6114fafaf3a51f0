import { join } from "@std/path";

import { compileProgram } from "../support/compiled.ts";
import { testEngine } from "../support/engine.ts";
import type { Ended, Traveller } from "../support/journey.ts";

const SOCKET = "/var/run/docker.sock";
/** Anybody but root; it need not be in /etc/passwd. */
const USER = 54_321;
/** The system's programs, and no others. */
export const PATH = "/usr/bin:/bin";

/** One who starts the binary in an empty folder, with an environment as after a login. */
export interface Person extends Traveller, AsyncDisposable {
  readonly binary: string;
  /** The words before the program that make it run as this person. */
  readonly as: readonly string[];
  /** Runs a script of `sh`, to which `agent-core` is the binary. @default {the folder above} */
  sh(script: string, folder?: string): Promise<Ended>;
}

/** Makes a person with a freshly compiled program. */
export async function person(
  who: "root" | "user",
  { umask = "022" }: { readonly umask?: string } = {},
): Promise<Person> {
  await using _engine = await testEngine();
  const home = await Deno.makeTempDir({ prefix: "agent-core-" });
  const binary = join(home, "agent-core");
  const folder = join(home, "empty");
  await compileProgram({ output: binary });
  await Deno.mkdir(folder);
  await Deno.chmod(home, 0o755);
  const as: string[] = [];
  if (who === "user") {
    const { gid } = await Deno.stat(SOCKET);
    as.push("setpriv", `--reuid=${USER}`, `--regid=${USER}`, `--groups=${gid}`, "--no-new-privs");
    for (const path of [home, folder]) await Deno.chown(path, USER, USER);
  }
  const run = async (command: readonly string[], cwd: string): Promise<Ended> => {
    const [program, ...args] = [...as, ...command];
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd,
      clearEnv: true,
      env: { HOME: home, PATH, LANG: "C.UTF-8" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
  const sh = (script: string, at = folder) =>
    run(["sh", "-c", `umask ${umask}; PATH=$PATH:${home}; ${script}`], at);
  const agentCore = (...args: string[]) => run([binary, ...args], folder);
  return {
    folder,
    binary,
    as,
    agentCore,
    sh,
    async [Symbol.asyncDispose]() {
      await agentCore("stop");
      await Deno.remove(home, { recursive: true });
    },
  };
}
