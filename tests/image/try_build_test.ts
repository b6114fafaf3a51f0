import assert from "node:assert/strict";
import { join } from "@std/path";

import { imageName } from "../../src/cli/new_image/image_name.ts";
import type { Engine } from "../../src/docker/mod.ts";
import { TEST_IMAGE, uniqueName, withTestEngine } from "../support/engine.ts";
import { TEST_ENGINE } from "../support/engine_kind.ts";
import { runProgram } from "./program.ts";

interface Folder {
  readonly engine: Engine;
  readonly path: string;
  /** What `executor.image` says. */
  readonly image: string;
  /** The name under which `try` builds. */
  readonly tried: string;
  dockerfile(lines: string): Promise<void>;
  /** `try` in this folder. */
  run(args?: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<
    typeof runProgram
  >;
}

/** A folder of an image's author, and none of its images afterwards. */
function withFolder(body: (folder: Folder) => Promise<void>): Promise<void> {
  return withTestEngine(async (engine) => {
    const path = await Deno.makeTempDir({ prefix: "agent-core-" });
    const image = `${uniqueName("real")}:latest`;
    const tried = `agent-core-try/${await imageName(path)}:latest`;
    try {
      await Deno.writeTextFile(
        join(path, "config.toml"),
        `[executor]\nimage = ${JSON.stringify(image)}\n`,
        { mode: 0o600 },
      );
      await body({
        engine,
        path,
        image,
        tried,
        dockerfile: (lines) => Deno.writeTextFile(join(path, "Dockerfile"), lines),
        run: (args = [], env) => runProgram(["try", "-p", "x", ...args], { cwd: path, env }),
      });
    } finally {
      for (const name of [image, tried]) await engine.removeImage(name).catch(() => {});
      await Deno.remove(path, { recursive: true });
    }
  });
}

const says = (words: string) =>
  `FROM ${TEST_IMAGE}\nCMD ["sh", "-c", "echo ${words} > output/response.md"]\n`;

Deno.test("a try leaves the image that run uses alone, until it is promoted", () =>
  withFolder(async ({ engine, image, tried, dockerfile, run }) => {
    await engine.tagImage(TEST_IMAGE, image);
    const { id: real } = (await engine.inspectImage(image))!;
    await dockerfile(says("half"));
    const first = await run(["--json"]);
    assert.equal(first.code, 0, first.stderr);
    const result = JSON.parse(first.stdout);
    assert.deepEqual([result.image, result.promoted], [tried, null]);
    assert.equal((await engine.inspectImage(image))?.id, real);
    assert.match((await run()).stdout, new RegExp(`run uses ${image}[^]*try --promote`));

    await dockerfile(`FROM ${TEST_IMAGE}\nCMD ["sh", "-c", "exit 3"]\n`);
    const failed = await run(["--promote", "--json"]);
    assert.equal(failed.code, 1);
    assert.equal(JSON.parse(failed.stdout).promoted, null);
    assert.equal((await engine.inspectImage(image))?.id, real);

    await dockerfile(says("whole"));
    const done = await run(["--promote", "--json"]);
    assert.equal(JSON.parse(done.stdout).promoted, image);
    const promoted = await engine.inspectImage(image);
    assert.equal(promoted?.id, (await engine.inspectImage(tried))?.id);
    // The image of before had another name, and has it still.
    assert.ok(await engine.inspectImage(TEST_IMAGE));

    // What it replaces and nobody has a name for any more is gone.
    await dockerfile(says("later"));
    assert.match((await run(["--promote"])).stdout, new RegExp(`${image} is this image now`));
    assert.equal(await engine.inspectImage(promoted!.id), undefined);
  }));

Deno.test("nothing that was built here cannot be promoted", () =>
  withFolder(async ({ path, dockerfile, run }) => {
    const none = await run(["--promote"]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /--promote needs an image[^]*Dockerfile/);
    await dockerfile(says("x"));
    assert.equal((await run(["--promote", "--image", TEST_IMAGE])).code, 2);
    const digest = `[executor]\nimage = "lab/x@sha256:${"0".repeat(64)}"\n`;
    await Deno.writeTextFile(join(path, "config.toml"), digest);
    const pinned = await run(["--promote"]);
    assert.equal(pinned.code, 2);
    assert.match(pinned.stderr, /pinned by a digest/);
  }));

Deno.test("build arguments are given, taken from the environment, or refused", () =>
  withFolder(async ({ dockerfile, run }) => {
    await dockerfile(
      `ARG BASE_IMAGE=localhost:1/none\nFROM \${BASE_IMAGE}\nARG ONE\nARG TWO=2\n` +
        `RUN echo "<$ONE><$TWO>" > /said\nCMD ["sh", "-c", "cp /said output/"]\n`,
    );
    const args = ["--json", "--build-arg", "ONE=a=b c", "--build-arg", "TWO"];
    const done = await run(args, { BASE_IMAGE: TEST_IMAGE, TWO: "from outside" });
    assert.equal(done.code, 0, done.stderr);
    const [{ path }] = JSON.parse(done.stdout).files;
    assert.equal(await Deno.readTextFile(path), "<a=b c><from outside>\n");
    for (const value of ["=x", "NOT_THERE", "a b=c"]) {
      const refused = await run(["--build-arg", value]);
      assert.equal(refused.code, 2, value);
      assert.match(refused.stderr, /NAME=VALUE, such as/);
    }
  }));

Deno.test("what BuildKit brings can be used, and without it the message says what is missing", () =>
  withFolder(async ({ path, dockerfile, run }) => {
    await Deno.writeTextFile(join(path, "run.sh"), "#!/bin/sh\necho done > output/response.md\n");
    await Deno.chmod(join(path, "run.sh"), 0o600);
    await dockerfile(`FROM ${TEST_IMAGE}\nCOPY --chmod=755 run.sh /run.sh\nCMD ["/run.sh"]\n`);
    const done = await run();
    assert.equal(done.code, 0, done.stderr);
    const without = await run([], { DOCKER_BUILDKIT: "0" });
    // Podman has one builder, which knows all that.
    if (TEST_ENGINE.isPodman) return assert.equal(without.code, 0, without.stderr);
    assert.equal(without.code, 1);
    assert.match(without.stderr, /COPY --chmod needs BuildKit/);
  }));

Deno.test("a base image that cannot be had is named, with the argument that names another", async (t) => {
  await withFolder(async ({ dockerfile, run }) => {
    const argument = "ARG BASE_IMAGE=localhost:1/library/node:22-slim\nFROM ${BASE_IMAGE}\n";
    const cases = [
      [
        "en",
        argument,
        /localhost:1\/library\/node:22-slim cannot be pulled[^]*--build-arg BASE_IMAGE=/,
      ],
      [
        "zh",
        argument,
        /无法拉取基础镜像 localhost:1\/library\/node:22-slim[^]*--build-arg BASE_IMAGE=/,
      ],
      ["en", "FROM localhost:1/other\n", /localhost:1\/other cannot be pulled[^]*in the FROM/],
    ] as const;
    for (const [lang, text, message] of cases) {
      for (const kit of ["1", "0"]) {
        await t.step(`${lang}, ${text.slice(0, 4)}, BuildKit ${kit}`, async () => {
          await dockerfile(text);
          const env = { AGENT_CORE_LANG: lang, DOCKER_BUILDKIT: kit };
          const { code, stderr } = await run([], env);
          assert.equal(code, 1);
          assert.match(stderr, message);
        });
      }
    }
  });
});

Deno.test("a step that fails is not the base image's fault", () =>
  withFolder(async ({ path, dockerfile, tried, run }) => {
    await dockerfile(`FROM ${TEST_IMAGE}\nRUN echo so it goes; echo file not found >&2; exit 3\n`);
    const { code, stderr } = await run();
    assert.equal(code, 1);
    assert.match(stderr, /so it goes/);
    assert.ok(stderr.includes(tried) && !/cannot be pulled/.test(stderr), stderr);
    // Nothing half-made is left.
    const left = await Array.fromAsync(Deno.readDir(join(path, "data"))).catch(() => []);
    assert.deepEqual(left.filter(({ name }) => name === "try"), []);
  }));
