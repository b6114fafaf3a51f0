import { fromFileUrl } from "@std/path";

import { buildContext } from "../../src/cli/try/build_context.ts";
import type { Engine } from "../../src/docker/mod.ts";
import { TEST_LABELS, uniqueName } from "../support/engine.ts";
import { ensureBaseImage } from "./base_image.ts";

/** The example executor as the tests build it. */
export const EXAMPLE_IMAGE = "agent-core-test-executor:latest";
export const EXAMPLE = fromFileUrl(new URL("../../executor-example/", import.meta.url));

/** Builds the example image for real; the engine's cache makes the second time quick. */
export async function ensureExampleImage(engine: Engine): Promise<void> {
  const base = await ensureBaseImage(engine);
  const older = await engine.inspectImage(EXAMPLE_IMAGE);
  let output = "";
  try {
    await engine.buildImage(buildContext(EXAMPLE), {
      tag: EXAMPLE_IMAGE,
      buildArgs: { BASE_IMAGE: base },
      // As `try` builds: so both have the same cache.
      buildKit: true,
      onOutput: (text) => output = (output + text).slice(-8_000),
    });
  } catch (error) {
    throw new Error(`The example image cannot be built:\n${output}`, { cause: error });
  }
  // An older make of it is left without a name, unless a container still has it.
  const newer = await engine.inspectImage(EXAMPLE_IMAGE);
  if (older && older.id !== newer?.id) await engine.removeImage(older.id).catch(() => {});
}

/** What a script prints in a container of the example image. */
export async function runInImage(engine: Engine, script: string): Promise<string> {
  const id = await engine.createContainer(uniqueName("look"), {
    Image: EXAMPLE_IMAGE,
    Entrypoint: ["sh", "-c", script],
    Labels: TEST_LABELS,
  });
  try {
    await engine.startContainer(id);
    await engine.waitContainer(id);
    let text = "";
    for await (const { data } of engine.logs(id, { follow: false, timestamps: false })) {
      text += new TextDecoder().decode(data);
    }
    return text;
  } finally {
    await engine.removeContainer(id, { force: true });
  }
}
