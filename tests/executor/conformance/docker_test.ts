import { join } from "@std/path";

import { DockerExecutor } from "../../../src/executor/docker/docker_executor.ts";
import type { Executor } from "../../../src/executor/mod.ts";
import { TEST_ENGINE } from "../../support/engine_kind.ts";
import { post } from "../../support/raw_engine.ts";
import { startPrivateEngine } from "../../support/private_engine.ts";
import { type Bench, testConfig, withBench, withBenchOn } from "../helpers.ts";
import { testConformance } from "./conformance.ts";
import type { Harness, Rule } from "./harness.ts";
import { type ProgramName, PROGRAMS } from "./programs.ts";

const docker: Harness = {
  name: "docker",
  runs: TEST_ENGINE.isPodman ? "outlive it" : "end with it",
  ...TEST_ENGINE.hasLimits ? {} : { warnings: /without cgroups: executor\.memory_limit/ },
  async with(rule) {
    if (!rule.ownEngine) {
      const none = () => Promise.reject(new Error("Cannot restart the engine: others use it"));
      return await withBench(partsOf(rule.program), (bench) => checkOn(bench, rule, none));
    }
    await using daemon = await startPrivateEngine();
    await using engine = await daemon.connect();
    const restart = async () => {
      await daemon.stop("SIGTERM");
      await daemon.start();
    };
    await withBenchOn(
      engine,
      crypto.randomUUID(),
      partsOf(rule.program),
      (bench) => checkOn(bench, rule, restart),
    );
  },
};

async function checkOn(
  bench: Bench,
  { program, check }: Rule,
  restartEngine: () => Promise<void>,
): Promise<void> {
  const { engine, dataDir } = bench;
  const strangers: Executor[] = [];
  try {
    await check({
      ...bench,
      warnings: docker.warnings,
      stranger() {
        const executor = new DockerExecutor({
          config: testConfig(dataDir, partsOf(program)),
          engine,
          agentId: crypto.randomUUID(),
          configPath: join(dataDir, "..", "stranger.toml"),
        });
        strangers.push(executor);
        return executor;
      },
      has: async (runId) => await engine.inspectContainer(runId) !== undefined,
      kill: (runId) => post(engine, `/containers/${runId}/kill`),
      removeBehind: async (runId) => void await engine.removeContainer(runId, { force: true }),
      restartEngine,
    });
  } finally {
    for (const executor of strangers) {
      for (const { runId } of await executor.list(bench.signal)) {
        await executor.remove(runId, bench.signal);
      }
    }
  }
}

function partsOf(name: ProgramName) {
  const { script }: { script?: string } = PROGRAMS[name];
  const customEntrypoint = script === undefined ? ["/no/such/thing"] : ["sh", "-c", script];
  return {
    executor: { executorType: "custom" as const, customEntrypoint, customArgs: [] },
    // An init would start, and miss the command by itself.
    sandbox: { init: script !== undefined },
  };
}

testConformance(docker);
