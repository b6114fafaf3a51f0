import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import { ANSI, createPlace } from "./support/place.ts";
import { program } from "./support/program.ts";

const TYPE_INTO = fromFileUrl(new URL("support/type_into.py", import.meta.url));

/** How each shell is started so that it knows nothing but what it is told, and what readies it. */
const SHELLS = {
  bash: { argv: ["bash", "--norc", "--noprofile", "-i"], ready: "bind 'set bell-style none'" },
  zsh: {
    argv: ["zsh", "-f", "-i"],
    ready: "autoload -Uz compinit && compinit -u -D && unsetopt beep",
  },
  fish: { argv: ["fish", "--no-config", "-i"], ready: "true" },
} as const;

/** What is typed before Tab → the arguments that the program gets then. */
const TYPED: Readonly<Record<string, readonly string[]>> = {
  "sta": ["status"],
  "help dem": ["help", "demo"],
  "--lang z": ["--lang", "zh"],
  "status --lang e": ["status", "--lang", "en"],
  "run --log-format js": ["run", "--log-format", "json"],
  "try --input notes": ["try", "--input", "notes-of-may.txt"],
  "try --task notes": ["try", "--task", "notes-of-may.txt"],
  "status --config notes": ["status", "--config", "notes-of-may.txt"],
  "-c notes": ["-c", "notes-of-may.txt"],
};

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name: `completions: Tab in a real ${shell} completes commands, values and files`,
    ignore: !isThere(shell),
    async fn() {
      await using place = await createPlace();
      const { code, stdout } = await place.run(["completions", shell]);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, ANSI);
      await Deno.writeTextFile(join(place.folder, "script"), stdout);
      await Deno.writeTextFile(join(place.folder, "notes-of-may.txt"), "");
      await writeProgram(join(place.folder, "bin"));
      const said = join(place.folder, "said");
      await typeInto(shell, place.folder, said);
      const lines = (await Deno.readTextFile(said)).trim().split("\n");
      assert.deepEqual(
        Object.fromEntries(Object.keys(TYPED).map((typed, at) => [typed, lines[at]])),
        Object.fromEntries(
          Object.entries(TYPED).map(([typed, words]) => [
            typed,
            words.map((word) => `<${word}>`).join(""),
          ]),
        ),
      );
    },
  });
}

/** A program of that name that only tells what it was given; what completions ask for is answered. */
async function writeProgram(folder: string): Promise<void> {
  const real = program().map((word) => `'${word}'`).join(" ");
  const script = `#!/bin/sh
if [ "$1" = completions ]; then exec ${real} "$@"; fi
for word in "$@"; do printf '<%s>' "$word"; done >> "$SAID"
echo >> "$SAID"
echo DONE
`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "agent-core"), script, { mode: 0o755 });
}

async function typeInto(shell: keyof typeof SHELLS, cwd: string, said: string): Promise<void> {
  const { argv, ready } = SHELLS[shell];
  const steps = [
    ["", `${ready}; source ./script; echo REA""DY\n`],
    ...Object.keys(TYPED).map((
      typed,
      at,
    ) => [at === 0 ? "READY" : "DONE", `agent-core ${typed}\t\n`]),
    ["DONE", "exit\n"],
  ];
  const PATH = `${cwd}/bin:${Deno.env.get("PATH")}`;
  const env = { ...Deno.env.toObject(), PATH, TERM: "dumb", SAID: said, HOME: cwd, PS1: "$ " };
  const child = new Deno.Command("python3", {
    args: [TYPE_INTO],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode(JSON.stringify({ argv, cwd, env, steps, seconds: 30 })),
  );
  await writer.close();
  const { output, missing } = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
  assert.equal(missing, null, output);
}

function isThere(command: string): boolean {
  try {
    return new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
