// What the types of @cliffy/command accept and refuse: the same of the real one and of the stand-in.
import { deepEqual, equal, match } from "node:assert/strict";
import { packageFlags } from "../support/packages.ts";

const HEAD = `
import { Command } from "@cliffy/command";
import { CompletionsCommand } from "@cliffy/command/completions";
import { HelpCommand } from "@cliffy/command/help";
interface Options { readonly lang?: string; readonly port?: number }
type Global = { readonly lang?: string };
type Program = Command<void, void, void, [], Global>;
const takes = (_: Options) => {};
declare const plain: Command;
declare const program: Program;
`;

const ACCEPTED: Readonly<Record<string, string>> = {
  "global options reach a command that has none of its own":
    `program.command("x", "X.").action((options) => takes(options));`,
  "own options beside global ones":
    `program.command("x").option("--port <n:integer>", "P.").action((options) => {
       const { lang, port }: { lang?: string; port?: number } = options;
       takes({ lang, port });
     });`,
  "a command built on its own is added with the global options that it knows":
    `const own = new Command<Global>().option("-p, --port <n:number>", "P.").action((options) => takes(options));
     program.command("x", own);`,
  "a command built on its own that knows no global options": `program.command("x", new Command());`,
  "help and completions": `program.command("help", new HelpCommand()).description("H.");
     program.command("completions", new CompletionsCommand()).example("a", "b");`,
  "arguments by their definition": `plain.command("x <a:string> [n:integer]").action((_, a, n) => {
       const both: [string, number | undefined] = [a, n];
       return both;
     });
     plain.arguments("<first:string>").action((_, first: string) => first);`,
  "collect, value": `new Command().option("--c <x:string>", "C.", { collect: true })
       .option("--d <x:string>", "D.", { value: (x: string) => x.length })
       .action(({ c, d }) => {
         const all: [string[] | undefined, number | undefined] = [c, d];
         return all;
       });`,
  "what completes a value changes nothing about its type":
    `new Command().option("--lang <x:string:lang>", "L.").option("--file <f:file>", "F.")
       .complete("lang", () => ["zh"]).globalComplete("level", () => ["info"]).action(({ lang, file }) => {
         const both: (string | undefined)[] = [lang, file];
         return both;
       });`,
  "the root is found again": `program.command("x").reset().command("y").reset().name("z");`,
};

const REFUSED: Readonly<Record<string, readonly [string, number]>> = {
  "options of a command that knows none, asserted to an interface": [
    `plain.command("x").action((options) => takes(options as Options));`,
    2352,
  ],
  "options of a command that knows none, given where some are wanted": [
    `plain.command("x").action((options) => takes(options));`,
    2345,
  ],
  "a child where a command without a parent is wanted": [
    `const named = (command: Command) => command.name("x"); named(plain.command("x", "X."));`,
    2345,
  ],
  "a command with global options where one without is wanted": [
    `const named = (command: Command) => command.name("x"); named(program);`,
    2345,
  ],
  "an option that was not declared": [
    `program.command("x").action(({ port }) => port);`,
    2339,
  ],
  "the wrong type of a value": [
    `program.command("x").option("--port <n:integer>", "P.").action(({ port }) => {
       const text: string | undefined = port;
       return text;
     });`,
    2322,
  ],
  "an optional value taken for a certain one": [
    `program.command("x [a:string]").action((_, a) => { const text: string = a; return text; });`,
    2322,
  ],
  "an argument too many": [
    `plain.command("x <a:string>").action((_: unknown, a: string, b: string) => [a, b]);`,
    2345,
  ],
  "a command that is none": [`plain.command("x", 1);`, 2769],
};

/** The codes of all errors that `deno check` finds in a text. */
async function errorsIn(text: string): Promise<number[]> {
  const file = await Deno.makeTempFile({ prefix: "agent-core-", suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, text);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", ...packageFlags(), file],
      env: { NO_COLOR: "1" },
    }).output();
    const words = new TextDecoder().decode(stderr);
    const errors = [...words.matchAll(/TS(\d+) \[ERROR\]/g)].map(([, number]) => Number(number));
    // What failed for another reason has shown nothing of the types.
    if (code !== 0 && errors.length === 0) throw new Error(words);
    equal(code === 0, errors.length === 0, words);
    return errors;
  } finally {
    await Deno.remove(file);
  }
}

for (const [name, text] of Object.entries(ACCEPTED)) {
  Deno.test(`types of cliffy: accepted: ${name}`, async () => {
    deepEqual(await errorsIn(HEAD + text), []);
  });
}

for (const [name, [text, code]] of Object.entries(REFUSED)) {
  Deno.test(`types of cliffy: refused: ${name}`, async () => {
    deepEqual(await errorsIn(HEAD + text), [code]);
  });
}

Deno.test("types of cliffy: the check itself speaks of what it was given", async () => {
  match(String(await errorsIn("const n: number = 'x'; export { n };")), /^2322$/);
});
