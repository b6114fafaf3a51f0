import { fromFileUrl, join } from "@std/path";

import { packageFlags } from "../../support/packages.ts";

const top = fromFileUrl(new URL("../../../", import.meta.url));

/** Environment variable that names a compiled agent-core to be tested instead of the source. */
const BINARY = "AGENT_CORE_TEST_BINARY";

/** Command and first arguments by which agent-core is started. */
export function program(): readonly string[] {
  const binary = Deno.env.get(BINARY);
  if (binary) return [binary];
  return [
    ...[Deno.execPath(), "run", "--quiet", "--allow-all", "--no-lock", ...packageFlags()],
    join(top, "main.ts"),
  ];
}

/** Where and how to run. */
export interface RunOptions {
  readonly cwd: string;
  /** On top of an environment without a locale, a configuration or a proxy. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts it: agent-core and its arguments are put behind it. @default {none} */
  readonly under?: readonly string[];
}

/** What a program said, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs agent-core to its end, without a terminal. */
export async function agentCore(args: readonly string[], options: RunOptions): Promise<Ended> {
  const [command, ...first] = [...options.under ?? [], ...program()];
  const output = await new Deno.Command(command, {
    args: [...first, ...args],
    cwd: options.cwd,
    env: environment(options),
    clearEnv: true,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** What came of a program in a terminal. `output` is all that it showed; carriage returns are removed. */
export interface TerminalEnded {
  readonly code: number;
  readonly output: string;
}

/** Waits until the first text is shown, then types the second. */
export type Step = readonly [expected: string, typed: string];

/**
 * Runs agent-core in a real pseudo-terminal (by `type_into.py`).
 *
 * @throws when something expected never came, with all that was shown.
 */
export async function inTerminal(
  args: readonly string[],
  steps: readonly Step[],
  options: RunOptions,
): Promise<TerminalEnded> {
  const child = new Deno.Command("python3", {
    args: [join(top, "tests/cli/support/type_into.py")],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const order = {
    argv: [...program(), ...args],
    cwd: options.cwd,
    env: { TERM: "xterm", ...environment(options) },
    steps,
  };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(order)));
  await writer.close();
  const { stdout } = await child.output();
  const { output, code, missing } = JSON.parse(new TextDecoder().decode(stdout));
  if (missing !== null) throw new Error(`"${missing}" never came. Shown was:\n${output}`);
  return { code, output: String(output).replaceAll("\r\n", "\n") };
}

function environment({ env = {} }: RunOptions): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !/^(LC_|LANG|AGENT_CORE_|NO_COLOR$|DENO_NO_UPDATE)|_proxy$/i.test(name)
  );
  return { ...Object.fromEntries(kept), ...env };
}
