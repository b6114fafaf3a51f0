import { join } from "@std/path";

import { createDockerExecutor } from "../../../src/executor/docker/docker_executor.ts";
import { testConfig, withBench } from "../helpers.ts";
import { testConformance } from "./conformance.ts";
import type { Harness } from "./harness.ts";
import { type ProgramName, PROGRAMS } from "./programs.ts";

const docker: Harness = {
  name: "docker",
  with: (program, body) =>
    withBench(partsOf(program), async (bench) => {
      const { engine, dataDir } = bench;
      const strangers: ReturnType<typeof stranger>[] = [];
      const stranger = () =>
        createDockerExecutor({
          config: testConfig(dataDir, partsOf(program)),
          engine,
          agentId: crypto.randomUUID(),
          configPath: join(dataDir, "..", "stranger.toml"),
        });
      try {
        await body({
          ...bench,
          stranger() {
            const executor = stranger();
            strangers.push(executor);
            return executor;
          },
          has: async (runId) => await engine.inspectContainer(runId) !== undefined,
          kill: async (runId) => void await engine.killContainer(runId),
          removeBehind: async (runId) => void await engine.removeContainer(runId, { force: true }),
        });
      } finally {
        for (const executor of strangers) {
          for (const { runId } of await executor.list(bench.signal)) await executor.remove(runId);
        }
      }
    }),
};

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
