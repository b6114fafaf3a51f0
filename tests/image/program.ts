import { fromFileUrl } from "@std/path";

import { denoFlags } from "../e2e/agent_process.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

/** How the program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program at work. */
export interface Program {
  readonly ended: Promise<Ended>;
  /** Waits until it has printed this on stderr. */
  said(words: RegExp): Promise<void>;
  kill(signal: Deno.Signal): void;
}

/** Where and how the program is started. */
export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments that start it: `["sh", "-c", "umask 077; exec \"$@\"", "sh"]`. */
  readonly under?: readonly string[];
}

/** Starts the program, in English unless arguments or environment say otherwise. */
export function startProgram(
  args: readonly string[],
  { cwd, env = {}, under = [] }: ProgramOptions,
): Program {
  const [program, ...rest] = [...under, Deno.execPath(), "run", ...denoFlags(), MAIN, ...args];
  const child = new Deno.Command(program, {
    args: rest,
    cwd,
    env: { AGENT_CORE_LANG: "en", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stderr = "";
  let heard = Promise.withResolvers<void>();
  const listening = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += text;
      heard.resolve();
      heard = Promise.withResolvers<void>();
    }
  })();
  const ended = (async () => {
    const stdout = await new Response(child.stdout).text();
    await listening;
    const { code } = await child.status;
    return { code, stdout, stderr };
  })();
  return {
    ended,
    kill: (signal) => child.kill(signal),
    async said(words) {
      while (!words.test(stderr)) {
        const gone = ended.then(() => true);
        if (await Promise.race([heard.promise.then(() => false), gone])) {
          if (!words.test(stderr)) throw new Error(`it never said ${words}:\n${stderr}`);
        }
      }
    },
  };
}

/** Runs the program to its end. */
export function runProgram(args: readonly string[], options: ProgramOptions): Promise<Ended> {
  return startProgram(args, options).ended;
}
