import assert from "node:assert/strict";
import { join } from "@std/path";

import { loadConfig } from "../../src/config/mod.ts";
import { testEngine, uniqueName } from "../support/engine.ts";
import { ensureBaseImage } from "./base_image.ts";
import { ensureExampleImage, EXAMPLE, EXAMPLE_IMAGE } from "./example_image.ts";
import { modelUrl } from "./lab.ts";
import { bash, startModel, wordsOf } from "./model_stub.ts";
import { runProgram } from "./program.ts";

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Markdown and a model's name make an image that does its task", () =>
  withFolder(async (parent) => {
    await using engine = await testEngine();
    const name = uniqueName("new");
    await using _ = {
      [Symbol.asyncDispose]: async () => void await engine.removeImage(`${name}:latest`),
    };
    await using model = startModel(({ messages }) =>
      messages.some(({ role }) => role === "tool")
        ? { text: "DONE" }
        : bash("printf 'name,version\\n' > output/tools.csv; echo hello > output/response.md")
    );
    const args = ["new-image", name, "--model", "lab/m1", "--url", modelUrl(model)];
    const made = await runProgram(args, { cwd: parent });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /secrets\/api_key[^]*agent-core try/);

    const folder = join(parent, name);
    await Deno.writeTextFile(join(folder, "secrets", "api_key"), "sk-new\n");
    await Deno.writeTextFile(join(folder, "system-prompt.md"), "You are the herbarium's agent.\n");
    await Deno.mkdir(join(folder, "skills", "pressing"));
    await Deno.writeTextFile(
      join(folder, "skills", "pressing", "SKILL.md"),
      "---\nname: pressing\ndescription: Presses plants. Use for plants.\n---\n\nPress.\n",
    );
    const env = { BASE_IMAGE: await ensureBaseImage(engine) };
    const tried = await runProgram(["try", "--json"], { cwd: folder, env });
    assert.equal(tried.code, 0, tried.stderr);
    const { files, image } = JSON.parse(tried.stdout);
    assert.equal(image, `${name}:latest`);
    assert.deepEqual(
      files.map((file: { name: string }) => file.name),
      ["output/response.md", "output/tools.csv"],
    );
    const [{ messages, authorization }] = model.questions;
    assert.match(wordsOf(messages[0].content), /herbarium's agent[^]*<name>pressing<\/name>/);
    assert.match(wordsOf(messages.at(-1)!.content), /Introduce yourself/);
    assert.equal(authorization, "Bearer sk-new");
    // The key is in no layer of the image.
    const look = `FROM ${name}:latest\nUSER 0\nRUN ! grep -rq sk-new /opt /etc /home /root /run\n`;
    const file = join(parent, "look");
    await Deno.mkdir(file);
    await Deno.writeTextFile(join(file, "Dockerfile"), look);
    const { buildContext } = await import("../../src/cli/try_build_context.ts");
    await engine.buildImage(buildContext(file), { tag: `${name}:look` });
    await engine.removeImage(`${name}:look`);
  }));

Deno.test("the folder is a node's as well, in both languages", async (t) => {
  for (const lang of ["en", "zh"]) {
    await t.step(lang, () =>
      withFolder(async (parent) => {
        const { code, stderr } = await runProgram(
          ["--lang", lang, "new-image", "My Lab's Agent"],
          { cwd: parent },
        );
        assert.equal(code, 0, stderr);
        const folder = join(parent, "My Lab's Agent");
        const path = join(folder, "config.toml");
        const { config, warnings } = await loadConfig({ path, env: {} });
        assert.deepEqual(warnings, []);
        assert.equal(config.executor.image, "my-lab-s-agent:latest");
        const mount = { host: join(folder, "secrets"), container: "/run/agent", readonly: true };
        assert.deepEqual(config.paths.mounts, [mount]);
        const settings = JSON.parse(await Deno.readTextFile(join(folder, "agent.json")));
        assert.deepEqual([settings.model, settings.language], ["", lang]);
        if (Deno.build.os !== "windows") {
          assert.equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
        }
      }));
  }
});

Deno.test("it overwrites nothing, and wants to know what it cannot guess", () =>
  withFolder(async (parent) => {
    const options = { cwd: parent };
    await Deno.mkdir(join(parent, "full"));
    await Deno.writeTextFile(join(parent, "full", "notes"), "mine");
    const full = await runProgram(["new-image", "full"], options);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /not empty/);
    assert.equal((await Array.fromAsync(Deno.readDir(join(parent, "full")))).length, 1);
    const file = await runProgram(["new-image", "full/notes"], options);
    assert.equal(file.code, 1);
    assert.equal((await runProgram(["new-image", "a", "--model", "gpt"], options)).code, 2);
    assert.equal((await runProgram(["new-image", "a", "--url", "http://x/v1"], options)).code, 2);
    assert.equal((await runProgram(["new-image"], options)).code, 2);
    // A folder that is there but empty will do.
    await Deno.mkdir(join(parent, "empty"));
    assert.equal((await runProgram(["new-image", "empty"], options)).code, 0);
  }));

/** The code of the README's chapter on images from scratch. */
async function readmeCode(readme: string): Promise<Map<string, string>> {
  const text = await Deno.readTextFile(join(EXAMPLE, readme));
  const blocks = [...text.matchAll(/```(sh|python)\n([^]*?)```/g)];
  const found = (language: string, start: string) =>
    blocks.find(([, lang, code]) => lang === language && code.startsWith(start))?.[2];
  return new Map([
    ["sh", found("sh", "set -eu") ?? ""],
    ["python3", found("python", "import json") ?? ""],
  ]);
}

Deno.test("the ten lines of the README are images that work", async (t) => {
  await using engine = await testEngine();
  await ensureExampleImage(engine);
  const code = await readmeCode("README.md");
  assert.deepEqual(await readmeCode("README.zh.md"), code);
  const answers = { sh: /^- input\/01-words\.txt: 2 lines$/m, python3: /^5 words in 1 files$/m };
  for (const [program, answer] of Object.entries(answers)) {
    await t.step(program, () =>
      withFolder(async (folder) => {
        const image = `${uniqueName("ten")}:latest`;
        const lines = code.get(program)!;
        assert.ok(lines !== "" && lines.trim().split("\n").length <= 10, lines);
        await Deno.writeTextFile(join(folder, "program"), lines);
        await Deno.writeTextFile(
          join(folder, "Dockerfile"),
          `FROM ${EXAMPLE_IMAGE}\nCOPY program /program\nENTRYPOINT ["${program}", "/program"]\n`,
        );
        await Deno.writeTextFile(
          join(folder, "config.toml"),
          `[executor]\nimage = ${JSON.stringify(image)}\n`,
          { mode: 0o600 },
        );
        await Deno.writeTextFile(join(folder, "words.txt"), "one two three\nfour five\n");
        await using _ = { [Symbol.asyncDispose]: async () => void await engine.removeImage(image) };
        const args = ["try", "--json", "--prompt", "count"];
        const done = await runProgram([...args, "--input", "words.txt"], { cwd: folder });
        assert.equal(done.code, 0, done.stderr);
        assert.match(done.stderr, /task try-\w+: count/);
        const [file] = JSON.parse(done.stdout).files;
        assert.match(await Deno.readTextFile(file.path), answer);
        const none = await runProgram(args, { cwd: folder });
        assert.equal(none.code, 1);
        assert.match(JSON.parse(none.stdout).last_words, /there is no input file/);
      }));
  }
});
