import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { unpackTar } from "modern-tar";

import { buildArguments } from "../../src/cli/try/build_image.ts";
import { baseImages } from "../../src/cli/try/base_images.ts";
import { buildContext } from "../../src/cli/try/build_context.ts";

Deno.test("a folder becomes a build context without keys, results and what it ignores", async () => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const files = {
      ".dockerignore": "# left out\n/notes.md\nsub/big/\n*.tmp\n",
      "Dockerfile": "FROM scratch\n",
      "notes.md": "mine",
      "config.toml": "key",
      "secrets/api_key": "sk",
      "data/try/last/x": "result",
      ".git/HEAD": "ref",
      "sub/big/file": "large",
      "sub/data/kept": "data of the image",
      "run.sh": "x".repeat(600_000),
    };
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    if (Deno.build.os !== "windows") await Deno.symlink("run.sh", join(folder, "link"));
    const entries = await unpackTar(buildContext(folder));
    assert.deepEqual(entries.map(({ header }) => header.name), [
      ".dockerignore",
      "Dockerfile",
      ...Deno.build.os === "windows" ? [] : ["link"],
      "run.sh",
      "sub/",
      "sub/data/",
      "sub/data/kept",
    ]);
    const script = entries.find(({ header }) => header.name === "run.sh");
    assert.equal(script?.data?.length, 600_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a folder that is not there is an error of the build", async () => {
  await assert.rejects(unpackTar(buildContext("/nowhere/at/all")));
});

Deno.test("build arguments are those that the environment has and the Dockerfile knows", () => {
  const dockerfile =
    "ARG BASE_IMAGE=x\nFROM ${BASE_IMAGE}\n  ARG  NPM_REGISTRY\nRUN echo ARG PIP_INDEX_URL\n";
  const env = {
    BASE_IMAGE: "mine",
    NPM_REGISTRY: "",
    PIP_INDEX_URL: "p",
    APT_MIRROR: "a",
    HOME: "/",
  };
  assert.deepEqual(buildArguments(dockerfile, env), { BASE_IMAGE: "mine" });
  assert.deepEqual(buildArguments(dockerfile, { NPM_REGISTRY: "n" }), { NPM_REGISTRY: "n" });
});

Deno.test("the base images of a Dockerfile, with the arguments that name them", () => {
  const names = (dockerfile: string, given = {}) => baseImages(dockerfile, given);
  assert.deepEqual(names("FROM node:22\n"), [{ name: "node:22", argument: undefined }]);
  const usual =
    "# FROM none\nARG BASE_IMAGE=node:22-slim\nFROM ${BASE_IMAGE}\nARG BASE_IMAGE=other\n";
  assert.deepEqual(names(usual), [{ name: "node:22-slim", argument: "BASE_IMAGE" }]);
  assert.deepEqual(names(usual, { BASE_IMAGE: "mine" }), [{
    name: "mine",
    argument: "BASE_IMAGE",
  }]);
  const stages = 'ARG TAG="1"\nfrom --platform=linux/amd64 go:$TAG as Build\nFROM scratch\n' +
    "FROM build\nFROM ${NONE:-deb:12}\nFROM $UNSET\n";
  assert.deepEqual(names(stages), [
    { name: "go:1", argument: "TAG" },
    { name: "deb:12", argument: "NONE" },
  ]);
});
