import assert from "node:assert/strict";
import { packTar } from "modern-tar";

import type { Config } from "../../../src/config/mod.ts";
import type { Engine, ImageInfo } from "../../../src/docker/mod.ts";
import { declaredByImage } from "../../../src/executor/docker/declared_by_image.ts";
import { Failure } from "../../../src/i18n/mod.ts";
import { TEST_IMAGE, uniqueName, withTestEngine } from "../../support/engine.ts";
import { shell, testConfig, until, withBenchOn } from "../helpers.ts";

/** An image with more lines in its Dockerfile; removed at the end. */
async function withImage(
  lines: string,
  body: (engine: Engine, image: string) => Promise<void>,
  from = TEST_IMAGE,
): Promise<void> {
  const image = `${uniqueName("declares")}:latest`;
  const text = new TextEncoder().encode(`FROM ${from}\n${lines}\n`);
  const header = { name: "Dockerfile", size: text.length, mode: 0o644 };
  await withTestEngine(async (engine) => {
    const context = ReadableStream.from([await packTar([{ header, body: text }])]);
    await engine.buildImage(context, { tag: image });
    try {
      await body(engine, image);
    } finally {
      await engine.removeImage(image, { force: true });
    }
  });
}

function refused(what: string, lines: string, word: RegExp, from?: string): void {
  Deno.test(`an image is refused: ${what}`, () =>
    withImage(lines, async (engine, image) => {
      const parts = { executor: { image } };
      await withBenchOn(engine, crypto.randomUUID(), parts, async ({ executor, signal }) => {
        await assert.rejects(executor.prepare({ signal }), (error) => {
          assert.ok(error instanceof Failure, String(error));
          assert.match(error.text.en, word);
          assert.ok(error.text.zh.includes(image), error.text.zh);
          return true;
        });
      });
      // A name can be given to another image while the agent runs.
      await withBenchOn(engine, crypto.randomUUID(), parts, async ({ executor, signal }) => {
        assert.match((await executor.obstacle(signal))?.en ?? "", word);
      });
    }, from));
}

refused("a volume in the workspace", "VOLUME /workspace/output/", /VOLUME \/workspace\/output:/);
refused("nothing to run", "COPY Dockerfile /x", /neither CMD nor ENTRYPOINT/, "scratch");

Deno.test("a container is stopped by SIGTERM and has no health check, whatever its image says", () =>
  withImage(
    "STOPSIGNAL SIGINT\nHEALTHCHECK --interval=1s CMD touch /workspace/health",
    async (engine, image) => {
      const script =
        "trap 'exit 7' TERM; trap 'exit 8' INT; echo ready; while :; do sleep 0.1; done";
      const parts = { executor: { ...shell(script), image } };
      await withBenchOn(
        engine,
        crypto.randomUUID(),
        parts,
        async ({ executor, signal, ...bench }) => {
          const attempt = await bench.attempt();
          const runId = await executor.create(attempt, signal);
          await executor.start(runId, signal);
          const captured = executor.log(attempt, runId, signal);
          const log = () => Deno.readTextFile(attempt.logPath).catch(() => "");
          await until(async () => (await log()).includes("ready"));
          await new Promise((resolve) => setTimeout(resolve, 2_500));
          await executor.stop(runId, 10, signal);
          const end = await executor.wait(runId, signal);
          assert.ok(end.state === "exited" && end.exitCode === 7, JSON.stringify(end));
          await captured;
          await assert.rejects(Deno.lstat(`${attempt.workspace}/health`), Deno.errors.NotFound);
        },
      );
    },
  ));

Deno.test("what an image declares: volumes, programs and processors", () => {
  const image: ImageInfo = {
    id: "sha256:0",
    tags: [],
    digests: [],
    size: 0,
    architecture: "arm64",
    entrypoint: ["/run"],
    cmd: [],
    env: [],
    user: "",
    volumes: [],
  };
  const look = (changes: Partial<ImageInfo>, parts = {}, arch = "arm64") => {
    const found = declaredByImage({ ...image, ...changes }, testConfig("/data", parts), arch);
    return [found.refused.length, found.warnings.length];
  };
  type Executor = Partial<Config["executor"]>;
  const custom = (executor: Executor) => ({ executor: { executorType: "custom", ...executor } });
  assert.deepEqual(look({}), [0, 0]);
  assert.deepEqual(look({ volumes: ["/workspace", "/workspaces/x", "/data", "/"] }), [0, 0]);
  assert.deepEqual(look({ volumes: ["/workspace/a", "/x/../workspace/./b/"] }), [2, 0]);
  const mounts = [{ host: "/h", container: "/workspace/a/", readonly: false, secret: false }];
  assert.deepEqual(look({ volumes: ["/workspace/a"] }, { paths: { mounts } }), [0, 0]);
  assert.deepEqual(look({ entrypoint: [] }), [1, 0]);
  assert.deepEqual(look({ entrypoint: [], cmd: ["/x"] }), [0, 0]);
  assert.deepEqual(look({ entrypoint: [] }, custom({})), [1, 0]);
  assert.deepEqual(look({ entrypoint: [] }, custom({ customArgs: ["/x"] })), [0, 0]);
  const bash = { executor: { executorType: "bash", scriptPath: "/x" } };
  assert.deepEqual(look({ entrypoint: [] }, bash), [0, 0]);
  assert.deepEqual(look({}, {}, "amd64"), [0, 1]);
  assert.deepEqual(look({ architecture: "arm" }), [0, 0]);
  assert.deepEqual(look({}, {}, ""), [0, 0]);
});
