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
async function tool(args: string[]): Promise<Outcome> {
  const flags = ["run", "-A", "--quiet", "--no-lock", ...packageFlags()];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...flags, `${root}tests/offline/command_line.ts`, ...args],
    env: { NO_COLOR: "1" },
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
  const { code, stdout, stderr } = await tool(args);
  deepEqual([code, stdout], [2, ""]);
  match(stderr, message);
}

Deno.test("cliffy: options before and after the sub-command, short, long, with =", async () => {
  await calls(["--lang", "zh", "logs", "-f", "t1"], ["logs", {
    lang: "zh",
    follow: true,
  }, "t1"]);
  await calls(["logs", "--lang=zh", "-n", "5"], ["logs", { lang: "zh", lines: 5 }, null]);
  await calls(["logs", "-fn", "5"], ["logs", { follow: true, lines: 5 }, null]);
  await calls(["-c", "x.toml", "logs"], ["logs", { config: "x.toml" }, null]);
});

Deno.test("cliffy: dashes become camelCase", async () => {
  const args = ["logs", "--secret-key", "k", "-n", "1"];
  await calls(args, ["logs", { secretKey: "k", lines: 1 }, null]);
});

Deno.test("cliffy: a value may start with a dash", async () => {
  await calls(["copy", "--token", "-abc", "a", "b"], ["copy", { word: "-abc" }, "a", "b"]);
});

Deno.test("cliffy: collected options", async () => {
  const args = ["copy", "-l", "x", "--label", "y", "a", "b"];
  await calls(args, ["copy", { labels: ["x", "y"] }, "a", "b"]);
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
  await refuses(["logs", "--first", "x"], /"--first" must be of type "number", but got "x"/);
  await refuses(["logs", "--first", "1", "-n", "1"], /"--first" conflicts with option "--lines"/);
  await refuses(["logs", "--secret-key", "k"], /"--secret-key" depends on option "--lines"/);
  await refuses(["logs", "a", "b"], /Too many arguments: b/);
  await refuses(["copy"], /Missing argument/);
  await refuses(["copy", "a"], /Missing argument/);
  await refuses(["fail", "x"], /No arguments allowed for command "tool fail"/);
  await refuses(["lgs"], /Unknown command "lgs"\. Did you mean command "logs"\?/);
  await refuses(["logs", "--folow"], /Unknown option "--folow"\. Did you mean option "--follow"\?/);
  await refuses(["logs", "--zzzzzzzz"], /Did you mean option/);
});

Deno.test("cliffy: a refusal names the command that refused", async () => {
  await refuses(["logs", "a", "b"], /^tool logs: /);
});

Deno.test("cliffy: an error of an action is not caught", async () => {
  const { code, stderr } = await tool(["fail"]);
  equal(code, 1);
  match(stderr, /Uncaught \(in promise\) Error: no luck/);
});

Deno.test("cliffy: help on stdout, short with -h, long with --help, and of a COMMAND", async () => {
  for (
    const [args, help] of [
      [["--help"], "tool, long"],
      [["logs", "--help"], "tool logs, long"],
      [["logs", "-h"], "tool logs, short"],
      [["help"], "tool, short"],
      [["help", "logs"], "tool logs, short"],
    ] as const
  ) {
    const { code, stdout, stderr } = await tool([...args]);
    deepEqual([code, stdout, stderr], [0, `Help of ${help}\n`, ""]);
  }
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

Deno.test("cliffy: the action is awaited", async () => {
  let done = false;
  await new Command().action(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done = true;
  }).parse([]);
  ok(done);
});
