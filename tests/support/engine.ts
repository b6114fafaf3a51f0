import assert from "node:assert/strict";
import { type Engine, findEngine } from "../../src/docker/mod.ts";
import { ensureTestImage } from "./image.ts";

/** The image of every test's containers; {@linkcode testEngine} makes sure that it is there. */
export { TEST_IMAGE } from "./image.ts";

/** Label that every container of a test must carry. Its value tells one test process from another. */
export const TEST_LABEL = "agent-core.test";

/** The label with this process's own value: for `Labels` of a spec and for `listContainers`. */
export const TEST_LABELS: Readonly<Record<string, string>> = {
  [TEST_LABEL]: crypto.randomUUID(),
};

/**
 * The engine that tests run on, with the test image in it. Dispose it at the end.
 *
 * @throws when no engine answers: a test that needs one never passes without.
 */
export async function testEngine(): Promise<Engine> {
  const engine = await findEngine({ env: Deno.env.toObject() }).catch((error) => {
    throw new Error(
      "This test needs a Docker engine. Start one (`./dev test` does) or set DOCKER_HOST.",
      { cause: error },
    );
  });
  try {
    await ensureTestImage(engine);
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Runs `body` with an engine; fails when it leaves a container with these labels behind, which is
 * removed then.
 */
export async function withTestEngine(
  body: (engine: Engine) => Promise<void>,
  labels: Readonly<Record<string, string>> = TEST_LABELS,
): Promise<void> {
  await using engine = await testEngine();
  let failed = true;
  try {
    await body(engine);
    failed = false;
  } finally {
    const left = await removeLeftovers(engine, labels);
    if (!failed) assert.deepEqual(left, [], "containers were left behind");
  }
}

/** Removes every container with these labels. @returns the names of those that there were. */
export async function removeLeftovers(
  engine: Engine,
  labels: Readonly<Record<string, string>> = TEST_LABELS,
): Promise<string[]> {
  const left = await engine.listContainers({ labels, all: true });
  for (const { id } of left) await engine.removeContainer(id, { force: true });
  return left.map((container) => container.name);
}

/** A name that no other test has. */
export function uniqueName(word: string): string {
  return `agent-core-test-${word}-${crypto.randomUUID().slice(0, 8)}`;
}
