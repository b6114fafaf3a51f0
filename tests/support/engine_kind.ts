import { testEngine } from "./engine.ts";

/**
 * What the engine of these tests is, by its own words: for tests of what engines do differently, and of what only
 * one of them has.
 *
 * @throws when no engine answers
 */
export const TEST_ENGINE = await ask();

/** A test of what only Docker's daemon has or does; elsewhere it is ignored, and counted so. */
export function ofDocker(name: string, fn: Deno.TestDefinition["fn"]): void {
  Deno.test({ name, fn, ignore: TEST_ENGINE.isPodman });
}

async function ask() {
  await using engine = await testEngine();
  const [{ version }, info] = [await engine.version(), await engine.info()];
  const isRootless = info.securityOptions.includes("rootless");
  return {
    isPodman: engine.name === "Podman",
    version,
    /** It runs as an ordinary user. */
    isRootless,
    /** It can limit memory and processes: an ordinary user's not without cgroups of its own. */
    hasLimits: info.memoryLimit && !(isRootless && info.cgroupVersion === "1"),
  };
}
