import assert from "node:assert/strict";
import { join } from "@std/path";

import { imageName } from "../../src/cli/new_image/image_name.ts";
import { chooseModel } from "../../src/cli/new_image/model_choice.ts";
import { loadConfig } from "../../src/config/mod.ts";
import { testEngine, uniqueName } from "../support/engine.ts";
import { ensureBaseImage } from "./base_image.ts";
import { ensureExampleImage, EXAMPLE, EXAMPLE_IMAGE, runInImage } from "./example_image.ts";
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
    const images: string[] = [];
    await using _ = {
      [Symbol.asyncDispose]: async () => {
        for (const image of images) await engine.removeImage(image);
      },
    };
    await using model = startModel(({ messages }) =>
      messages.some(({ role }) => role === "tool")
        ? { text: "DONE" }
        : bash("printf 'name,version\\n' > output/tools.csv; echo hello > output/response.md")
    );
    const args = ["new-image", name, "--model", "lab/m1", "--url", modelUrl(model)];
    const made = await runProgram(args, { cwd: parent });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /cd agent-core-test-new-[^]*secrets\/api_key[^]*agent-core try/);

    const folder = join(parent, name);
    const { config } = await loadConfig({ path: join(folder, "config.toml"), env: {} });
    const triedImage = `agent-core-try/${config.executor.image}`;
    images.push(triedImage);
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
    const { files, image, promoted } = JSON.parse(tried.stdout);
    assert.equal(image, triedImage);
    assert.equal(promoted, null);
    assert.deepEqual(
      files.map((file: { name: string }) => file.name),
      ["output/response.md", "output/tools.csv"],
    );
    const [{ messages, authorization }] = model.questions;
    assert.match(wordsOf(messages[0].content), /herbarium's agent[^]*<name>pressing<\/name>/);
    assert.match(wordsOf(messages.at(-1)!.content), /Introduce yourself/);
    assert.equal(authorization, "Bearer sk-new");
    // The key is in no layer of the image.
    const look = `FROM ${triedImage}\nUSER 0\nRUN ! grep -rq sk-new /opt /etc /home /root /run\n`;
    const file = join(parent, "look");
    await Deno.mkdir(file);
    await Deno.writeTextFile(join(file, "Dockerfile"), look);
    const { buildContext } = await import("../../src/cli/try/build_context.ts");
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
        assert.match(config.executor.image, /^my-lab-s-agent-[0-9a-f]{6}:latest$/);
        const host = join(folder, "secrets");
        const mount = { host, container: "/run/agent", readonly: true, secret: true };
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

Deno.test("folders that are called alike, or in Chinese, have images of their own", () =>
  withFolder(async (parent) => {
    const names = new Set<string>();
    for (const folder of ["my-agent", "My_Agent", "植物标本", "菌种库", "sub/my-agent"]) {
      assert.equal((await runProgram(["new-image", folder], { cwd: parent })).code, 0);
      const path = join(parent, folder, "config.toml");
      names.add((await loadConfig({ path, env: {} })).config.executor.image);
    }
    assert.equal(names.size, 5);
    for (const name of names) assert.match(name, /^(my-)?agent-[0-9a-f]{6}:latest$/);
  }));

Deno.test("whatever the umask, the image's files can be read, and the folder cannot", async () => {
  await withFolder(async (parent) => {
    const script = 'umask 077; exec "$@"';
    const { code, stderr } = await runProgram(["new-image", "agent"], {
      cwd: parent,
      under: ["sh", "-c", script, "sh"],
    });
    assert.equal(code, 0, stderr);
    const modes = new Map<string, number>();
    const walk = async (path: string): Promise<void> => {
      for await (const { name, isDirectory } of Deno.readDir(path)) {
        modes.set(name, (await Deno.stat(join(path, name))).mode! & 0o777);
        if (isDirectory) await walk(join(path, name));
      }
    };
    await walk(parent);
    assert.equal(modes.get("agent"), 0o700);
    assert.equal(modes.get("config.toml"), 0o600);
    for (const name of ["image", "skills", "read-tables", "secrets"]) {
      assert.equal(modes.get(name), 0o755, name);
    }
    for (const name of ["run_task.mjs", "SKILL.md", "agent.json", "Dockerfile", "api_key"]) {
      assert.equal(modes.get(name), 0o644, name);
    }
  });
});

Deno.test("models by the names that people use, and where they are asked", () => {
  const known = JSON.parse(Deno.readTextFileSync(join(EXAMPLE, "image", "providers.json")));
  const choose = (model?: string, url?: string) => chooseModel({ model, url }, known);
  for (const name of ["deepseek", "qwen", "kimi", "glm", "openai", "anthropic", "google"]) {
    const chosen = { model: `${name}/m`, providers: {}, isLocal: false, key: "needed" };
    assert.deepEqual(choose(`${name}/m`), chosen);
  }
  for (const name of ["ollama", "vllm"]) {
    const { isLocal, key } = choose(`${name}/m:7b`);
    assert.deepEqual([isLocal, key], [true, "none"]);
  }
  assert.deepEqual(choose("lab/org/m", "http://10.0.0.3:8000/v1"), {
    model: "lab/org/m",
    providers: { lab: { baseUrl: "http://10.0.0.3:8000/v1", api: "openai-completions" } },
    isLocal: false,
    key: "unknown",
  });
  assert.ok(choose("lab/m", "http://host.docker.internal:8000/v1").isLocal);
  const refusals: readonly (readonly [model: string, url: string | undefined, RegExp])[] = [
    ["depseek/m", undefined, /no provider "depseek"[^]*deepseek, glm, kimi[^]*moonshotai/],
    ["lab/m", "10.0.0.3:8000", /such as http:\/\/10\.0\.0\.3:8000\/v1\./],
    ["lab/m", "model.lab/v2", /such as http:\/\/model\.lab\/v2\./],
    ["lab/m", "ftp://x", /not an http/],
    ["lab/m", "http://", /not an http/],
    ["lab/m", "http://localhost:8000/v1", /http:\/\/host\.docker\.internal:8000\/v1/],
    ["lab/m", "http://127.0.0.1/v1", /http:\/\/host\.docker\.internal\/v1/],
    ["lab/ m", undefined, /provider\/model/],
  ];
  for (const [model, url, message] of refusals) {
    assert.throws(() => choose(model, url), message, `${model} ${url}`);
  }
});

Deno.test("the providers that new-image knows are those that the image's program has", async () => {
  await using engine = await testEngine();
  await ensureExampleImage(engine);
  const list = "node_modules/@earendil-works/pi-ai/dist/providers/data";
  const out = await runInImage(engine, `cd /opt/agent/${list} && ls`);
  const { builtIn } = JSON.parse(await Deno.readTextFile(join(EXAMPLE, "image", "providers.json")));
  assert.deepEqual(builtIn, out.trim().split("\n").map((file) => file.replace(".json", "")).sort());
});

Deno.test("a model that wants no key has no empty file for one, which the image would refuse", () =>
  withFolder(async (parent) => {
    for (const [model, hasFile] of [["ollama/qwen3:32b", false], ["qwen/qwen3-max", true]]) {
      const args = ["new-image", `${hasFile}`, "--model", `${model}`];
      const { stdout } = await runProgram(args, { cwd: parent });
      const files = await Array.fromAsync(Deno.readDir(join(parent, `${hasFile}`, "secrets")));
      assert.deepEqual(files.map(({ name }) => name), hasFile ? ["api_key"] : []);
      assert.equal(stdout.includes("secrets/api_key"), hasFile);
    }
  }));

Deno.test("mirrors are written into the Dockerfile, and nothing else is", () =>
  withFolder(async (parent) => {
    const sources = [
      ...["--base-image", "reg.example.cn/library/node:22-slim"],
      ...["--apt-mirror", "http://mirror.example/debian"],
      ...["--npm-registry", "https://npm.example"],
      ...["--pip-index", "https://pypi.example/simple"],
    ];
    const { code, stderr } = await runProgram(["new-image", "a", ...sources], { cwd: parent });
    assert.equal(code, 0, stderr);
    const original = (await Deno.readTextFile(join(EXAMPLE, "Dockerfile"))).split("\n");
    const lines = (await Deno.readTextFile(join(parent, "a", "Dockerfile"))).split("\n");
    assert.deepEqual(lines.filter((line, at) => line !== original[at]), [
      "ARG BASE_IMAGE=reg.example.cn/library/node:22-slim",
      "ARG APT_MIRROR=http://mirror.example/debian",
      "ARG NPM_REGISTRY=https://npm.example",
      "ARG PIP_INDEX_URL=https://pypi.example/simple",
    ]);
    for (const value of ["npm.example", 'https://x"; rm -rf /', "https://$(id)", "https://x y"]) {
      const refused = await runProgram(["new-image", "b", "--npm-registry", value], {
        cwd: parent,
      });
      assert.equal(refused.code, 2, value);
      assert.match(refused.stderr, /--npm-registry/);
    }
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
        const tried = `agent-core-try/${await imageName(folder)}:latest`;
        await using _ = { [Symbol.asyncDispose]: async () => void await engine.removeImage(tried) };
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
