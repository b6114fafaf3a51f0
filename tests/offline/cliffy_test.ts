// What the program relies on of @cliffy/command: true of the real one and of the stand-in alike.
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Command, ValidationError } from "@cliffy/command";

import { packageFlags } from "../support/packages.ts";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs command_line.ts with the packages that this test itself was given. */
async function tool(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const flags = ["run", "-A", "--quiet", "--no-lock", ...packageFlags()];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...flags, `${root}tests/offline/command_line.ts`, ...args],
    env: { NO_COLOR: "", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function calls(args: string[], expected: unknown[]): Promise<void> {
  const { code, stdout, stderr } = await tool(args);
  equal(stderr, "");
  deepEqual(JSON.parse(stdout), expected);
  equal(code, 0);
}

async function refuses(args: string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await tool(args, { NO_COLOR: "1" });
  equal(code, 2);
  match(stdout, /^\nUsage:/);
  match(stderr, /^ {2}error: .*\n\n$/);
  match(stderr, message);
}

/** Without ANSI codes and blanks at the end of lines. */
function plain(text: string): string[] {
  // deno-lint-ignore no-control-regex -- ANSI
  return text.replace(/\x1b\[\d+m/g, "").split("\n").map((line) => line.trimEnd());
}

Deno.test("cliffy: options before and after the sub-command, short, long, with =", async () => {
  await calls(["--lang", "zh", "logs", "-f", "t1"], ["logs", {
    lang: "zh",
    follow: true,
    lines: 10,
  }, "t1"]);
  await calls(["logs", "--lang=zh", "-n", "5"], ["logs", { lang: "zh", lines: 5 }, null]);
  await calls(["logs", "-fn", "5"], ["logs", { follow: true, lines: 5 }, null]);
  await calls(["-c", "x.toml", "logs"], ["logs", { config: "x.toml", lines: 10 }, null]);
});

Deno.test("cliffy: hidden options work, dashes become camelCase", async () => {
  await calls(["logs", "--secret-key", "k"], ["logs", { secretKey: "k", lines: 10 }, null]);
});

Deno.test("cliffy: a value may start with a dash", async () => {
  await calls(["copy", "--token", "-abc", "a", "b"], ["copy", { word: "-abc" }, "a", ["b"]]);
});

Deno.test("cliffy: collected options and variadic arguments", async () => {
  await calls(
    ["copy", "-l", "x", "--label", "y", "a", "b", "c"],
    ["copy", { labels: ["x", "y"] }, "a", ["b", "c"]],
  );
});

Deno.test("cliffy: the root's action runs without a command, and `-- logs` runs nothing", async () => {
  await calls([], ["root"]);
  await calls(["--", "logs"], ["root"]);
});

Deno.test("cliffy: what is refused, and how", async () => {
  await refuses(["logs", "--lang"], /Missing value for option "--lang"/);
  await refuses(["logs", "--lang", ""], /Missing value for option "--lang"/);
  await refuses(["logs", "-f", "-f"], /can only occur once/);
  await refuses(["--lang", "zh", "logs", "--lang", "en"], /can only occur once/);
  await refuses(["logs", "-f", "--help"], /"--help" cannot be combined with other options/);
  await refuses(["logs", "--lines", "many"], /"--lines" must be of type "integer", but got "many"/);
  await refuses(["logs", "a", "b"], /Too many arguments: b/);
  await refuses(["copy"], /Missing argument/);
  await refuses(["copy", "a"], /Missing argument/);
  await refuses(["fail", "x"], /No arguments allowed for command "tool fail"/);
  await refuses(["lgs"], /Unknown command "lgs"\. Did you mean command "logs"\?/);
  await refuses(["logs", "--folow"], /Unknown option "--folow"\. Did you mean option "--follow"\?/);
  await refuses(["logs", "--zzzzzzzz"], /Did you mean option/);
});

Deno.test("cliffy: a refusal shows the help of the command that refused", async () => {
  const { stdout } = await tool(["logs", "a", "b"], { NO_COLOR: "1" });
  match(plain(stdout).join("\n"), /^\nUsage: +tool logs \[task\]/);
});

Deno.test("cliffy: an error of an action is not caught", async () => {
  const { code, stderr } = await tool(["fail"], { NO_COLOR: "1" });
  equal(code, 1);
  match(stderr, /Uncaught \(in promise\) Error: no luck/);
});

Deno.test("cliffy: --version and -V belong to the root alone", async () => {
  const long = await tool(["--version"], { NO_COLOR: "1" });
  deepEqual([long.code, long.stdout], [0, "tool 1.2.3\n"]);
  const short = await tool(["-V"]);
  deepEqual([short.code, short.stdout], [0, "1.2.3\n"]);
  await refuses(["logs", "--version"], /Unknown option "--version"/);
});

Deno.test("cliffy: help on stdout, first lines with -h, all with --help, aligned", async () => {
  const long = await tool(["logs", "--help"]);
  deepEqual([long.code, long.stderr], [0, ""]);
  const lines = plain(long.stdout);
  match(lines.join("\n"), /Usage: +tool logs \[task\]\nVersion: +1\.2\.3\n/);
  ok(long.stdout.includes("Until the end."));
  ok(long.stdout.includes("(Default: 10)"));
  ok(!long.stdout.includes("--secret-key"));
  const dashes = lines.filter((line) => /^ {2}-.* - /.test(line)).map(columnOfDash);
  ok(dashes.length >= 5);
  equal(new Set(dashes).size, 1);

  const short = await tool(["logs", "-h"]);
  equal(short.code, 0);
  ok(short.stdout.includes("Goes on."));
  ok(!short.stdout.includes("Until the end."));
});

function columnOfDash(line: string): number {
  return line.indexOf(" - ", 4);
}

Deno.test("cliffy: the root's help lists commands with their first lines; help COMMAND too", async () => {
  const { stdout } = await tool(["--help"]);
  const text = plain(stdout).join("\n");
  match(text, /\n {2}logs +\[task\] +- Shows the output\./);
  match(text, /\n {2}copy +<from> <to\.\.\.> +- Copies\./);
  const help = await tool(["help", "logs"]);
  equal(help.code, 0);
  match(plain(help.stdout).join("\n"), /Usage: +tool logs/);
});

Deno.test("cliffy: help({ colors: false }) is plain, else colours go into a pipe too", async () => {
  ok(!(await tool(["--help"])).stdout.includes("\x1b["));
  ok((await tool(["--help"], { COLORS: "1" })).stdout.includes("\x1b["));
  ok(!(await tool(["--help"], { COLORS: "1", NO_COLOR: "1" })).stdout.includes("\x1b["));
});

Deno.test("cliffy: completions for three shells name the program", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await tool(["completions", shell]);
    equal(code, 0);
    match(stdout, /tool/);
  }
});

Deno.test("cliffy: the bash completions are a script that bash can read", async () => {
  const { stdout } = await tool(["completions", "bash"]);
  const file = await Deno.makeTempFile({ prefix: "agent-core-" });
  await Deno.writeTextFile(file, stdout);
  const { success } = await new Deno.Command("bash", { args: ["-n", file] }).output()
    .catch(() => ({ success: Deno.build.os === "windows" }));
  await Deno.remove(file);
  ok(success);
});

Deno.test("cliffy: throwErrors set on the root holds for sub-commands", async () => {
  const cmd = new Command().name("tool").throwErrors()
    .command("a <x:string>", "A.")
    .action(() => {});
  await rejects(cmd.reset().parse(["a"]), (error) => {
    ok(error instanceof ValidationError);
    equal(error.exitCode, 2);
    equal(error.cmd?.getName(), "a");
    return true;
  });
});

Deno.test("cliffy: parse resolves to options, args, the command and the literal words", async () => {
  const seen: unknown[] = [];
  const cmd = new Command().name("tool")
    .option("-v, --very-verbose", "V.")
    .option("-p, --port <port:number>", "P.", { default: 80 })
    .arguments("<file:string> [more...:string]")
    .action((options, ...args) => {
      seen.push(options, args);
      return "dropped";
    });
  const result = await cmd.parse(["-v", "a", "b", "--", "--port", "c"]);
  deepEqual({ ...result.options }, { veryVerbose: true, port: 80 });
  deepEqual([...result.args], ["a", "b"]);
  deepEqual(result.literal, ["--port", "c"]);
  equal(result.cmd.getName(), "tool");
  deepEqual(seen, [{ veryVerbose: true, port: 80 }, ["a", "b"]]);
});

Deno.test("cliffy: the action is awaited", async () => {
  let done = false;
  await new Command().action(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done = true;
  }).parse([]);
  ok(done);
});

Deno.test("cliffy: negatable flags, optional values, required options", async () => {
  const cmd = new Command().throwErrors()
    .option("--no-color", "N.")
    .option("--log [level:string]", "L.")
    .option("--must <x:string>", "M.", { required: true })
    .action(() => {});
  deepEqual({ ...(await cmd.parse(["--must", "x"])).options }, { color: true, must: "x" });
  deepEqual({ ...(await cmd.parse(["--must", "x", "--no-color", "--log"])).options }, {
    color: false,
    log: true,
    must: "x",
  });
  equal((await cmd.parse(["--must", "x", "--log", "debug"])).options.log, "debug");
  await rejects(cmd.parse([]), /Missing required option "--must"/);
});

Deno.test("cliffy: noExit lets --help come back", async () => {
  const cmd = new Command().name("tool").noExit().help(() => "HELP").action(() => {
    throw new Error("the action must not run");
  });
  const log = console.log;
  const printed: unknown[] = [];
  console.log = (...values: unknown[]) => void printed.push(...values);
  try {
    await cmd.parse(["--help"]);
  } finally {
    console.log = log;
  }
  deepEqual(printed, ["HELP"]);
});
