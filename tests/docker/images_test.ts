import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { EngineError, hasBuildKit, type PullProgress } from "../../src/docker/mod.ts";
import { digestOf, parseImageReference } from "../../src/docker/image_reference.ts";
import { TEST_IMAGE, uniqueName, withTestEngine } from "../support/engine.ts";
import { rawImage } from "../support/raw_engine.ts";
import { ofDocker, TEST_ENGINE } from "../support/engine_kind.ts";
import { startRegistry } from "./registry.ts";

async function context(dockerfile: string) {
  const body = new TextEncoder().encode(dockerfile);
  const header = { name: "Dockerfile", size: body.length };
  return ReadableStream.from([await packTar([{ header, body }])]);
}

Deno.test("builds an image from a tar, with arguments, and tells how", () =>
  withTestEngine(async (engine) => {
    const tag = `${uniqueName("build")}:1`;
    let output = "";
    const lines = `FROM ${TEST_IMAGE}\nARG WORD\nENV WORD=$WORD\nUSER worker\nWORKDIR /srv\n` +
      `ENTRYPOINT ["sh"]\nCMD ["-c", "true"]\nVOLUME /data\nLABEL made=${tag}\n`;
    await using _ = { [Symbol.asyncDispose]: async () => void await engine.removeImage(tag) };
    await engine.buildImage(await context(lines), {
      tag,
      buildArgs: { WORD: "你好" },
      onOutput: (text) => output += text,
    });
    assert.match(output, /Step 1\/9 ?: FROM/i);
    const image = await engine.inspectImage(tag);
    assert.ok(image !== undefined && image.env.includes("WORD=你好"));
    assert.deepEqual(image.tags.map((name) => name.replace("docker.io/library/", "")), [tag]);
    assert.deepEqual(image.entrypoint, ["sh"]);
    assert.deepEqual(image.cmd, ["-c", "true"]);
    assert.deepEqual(image.volumes, ["/data"]);
    const { Config } = await rawImage(engine, tag);
    assert.equal(Config.Labels.made, tag);
    assert.equal(Config.User, "worker");
    assert.equal(Config.WorkingDir, "/srv");
    assert.equal(await engine.removeImage(tag), "removed");
    assert.equal(await engine.removeImage(tag), "gone");
    assert.equal(await engine.inspectImage(tag), undefined);
  }));

Deno.test("a failing step, a broken Dockerfile and a failing context fail the build", () =>
  withTestEngine(async (engine) => {
    const tag = `${uniqueName("broken")}:1`;
    const step = `FROM ${TEST_IMAGE}\nRUN echo half-way; exit 9\n`;
    const building = engine.buildImage(await context(step), { tag });
    await assert.rejects(building, (error) => {
      assert.ok(error instanceof EngineError && error.message.includes(tag));
      return TEST_ENGINE.isPodman || /returned a non-zero code: 9/.test(error.message);
    });
    await assert.rejects(engine.buildImage(await context("NONSENSE\n"), { tag }), EngineError);
    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("disk trouble")),
    });
    await assert.rejects(engine.buildImage(failing, { tag }));
    assert.equal(await engine.inspectImage(tag), undefined);
  }));

// Podman has one builder, which knows all that.
ofDocker(
  "BuildKit builds what the classic builder does not know, and its steps are shown",
  () =>
    withTestEngine(async (engine) => {
      assert.ok(await hasBuildKit(engine));
      const [tag, other] = [`${uniqueName("kit")}:1`, `${uniqueName("kit")}:2`];
      const lines = `FROM ${TEST_IMAGE}\nUSER 0\nCOPY --chmod=751 Dockerfile /d\n` +
        `RUN stat -c 'mode %a' /d; echo ${tag}\n`;
      await using _ = {
        [Symbol.asyncDispose]: async () => {
          for (const name of [tag, other]) await engine.removeImage(name);
        },
      };
      await assert.rejects(engine.buildImage(await context(lines), { tag }), /requires BuildKit/);
      let output = "";
      const onOutput = (text: string) => output += text;
      await engine.buildImage(await context(lines), { tag, buildKit: true, onOutput });
      assert.match(output, /COPY --chmod=751 Dockerfile \/d\n[^]*RUN stat[^]*mode 751\n/);
      assert.equal(output.match(/COPY --chmod/g)?.length, 1);
      // The same again comes from the cache.
      output = "";
      await engine.buildImage(await context(lines), { tag, buildKit: true, onOutput });
      assert.match(output, /CACHED [^\n]*RUN stat/);
      await engine.tagImage(tag, other);
      assert.equal((await engine.inspectImage(other))?.id, (await engine.inspectImage(tag))?.id);
      const failing = `FROM ${TEST_IMAGE}\nRUN echo half-way; exit 9\n`;
      output = "";
      const building = engine.buildImage(await context(failing), { tag, buildKit: true, onOutput });
      await assert.rejects(building, /exit code: 9/);
      assert.match(output, /half-way/);
    }),
);

Deno.test("pulls from a registry, step by step", () =>
  withTestEngine(async (engine) => {
    await using registry = await startRegistry();
    const steps: PullProgress[] = [];
    await engine.pullImage(registry.reference, { onProgress: (step) => steps.push(step) });
    assert.ok(steps.some(({ id, status }) => id !== undefined && /complete/i.test(status)));
    const image = await engine.inspectImage(registry.reference);
    assert.ok(image);
    const { Config, RepoDigests } = await rawImage(engine, image.id);
    assert.deepEqual(Config.Labels, { "made.by": "registry" });
    assert.equal(RepoDigests.length, 1);
    assert.deepEqual((await engine.inspectImage(RepoDigests[0]))?.id, image.id);
    await engine.removeImage(registry.reference);
  }));

Deno.test("a pull whose layer is broken fails although its status is 200", () =>
  withTestEngine(async (engine) => {
    await using registry = await startRegistry({ breakLayer: true });
    await assert.rejects(engine.pullImage(registry.reference), (error) => {
      assert.ok(error instanceof EngineError && error.status === undefined);
      return error.message.includes(registry.reference);
    });
    assert.equal(await engine.inspectImage(registry.reference), undefined);
  }));

Deno.test("a pull of what is not there names the image", () =>
  withTestEngine(async (engine) => {
    await using registry = await startRegistry();
    const missing = registry.reference.replace(":1", ":2");
    await assert.rejects(engine.pullImage(missing), (error) => {
      assert.ok(error instanceof EngineError && !error.unreachable && error.status !== undefined);
      return error.message.includes(missing) && /manifest unknown/.test(error.message);
    });
    const nowhere = "no-such-registry.invalid/image:1";
    await assert.rejects(engine.pullImage(nowhere), /no-such-registry\.invalid\/image:1 failed/);
  }));

Deno.test("a pull can be given up", () =>
  withTestEngine(async (engine) => {
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(engine.pullImage("127.0.0.1:1/x:1", { signal }), /enough/);
  }));

Deno.test("takes references apart", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const cases = [
    ["busybox", "busybox", "latest"],
    ["busybox:1.36", "busybox", "1.36"],
    ["reg:5000/team/img", "reg:5000/team/img", "latest"],
    ["reg:5000/team/img:v1", "reg:5000/team/img", "v1"],
    [`team/img@${digest}`, "team/img", digest],
    [`team/img:v1@${digest}`, "team/img", digest],
    [digest, "sha256", "a".repeat(64)],
  ];
  for (const [reference, name, tag] of cases) {
    assert.deepEqual(parseImageReference(reference), { name, tag }, reference);
  }
  for (const bad of ["", "a b", "../x", "a/../b", "a//b", "a?x=1", "a#b", "-a", "a:", "a@", "/a"]) {
    assert.equal(parseImageReference(bad), undefined, bad);
  }
});

Deno.test("finds the digest of an image under one of its names", () => {
  const [one, two] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
  const known = [`reg:5000/a/b@${one}`, `busybox@${two}`];
  assert.equal(digestOf("reg:5000/a/b:7", known), one);
  assert.equal(digestOf("docker.io/library/busybox", known), two);
  assert.equal(digestOf(`reg:5000/a/b:7@${two}`, known), two);
  assert.equal(digestOf("reg:5000/a/c", known), undefined);
  assert.equal(digestOf("busybox", []), undefined);
  assert.equal(digestOf("not a name", known), undefined);
});
