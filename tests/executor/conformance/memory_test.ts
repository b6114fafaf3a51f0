import { MemoryExecutor } from "../../../src/executor/memory/memory_executor.ts";
import type { MemoryProgram } from "../../../src/executor/memory/memory_container.ts";
import { MemoryEngine } from "../../../src/executor/memory/memory_engine.ts";
import { makeAttempt, runOn, testConfig } from "../helpers.ts";
import { TEST_IMAGE } from "../../support/engine.ts";
import { testConformance } from "./conformance.ts";
import type { Harness } from "./harness.ts";
import { PROGRAMS } from "./programs.ts";

const memory: Harness = {
  name: "memory",
  runs: "end with it",
  async with({ program, check }) {
    const dataDir = await Deno.makeTempDir({ prefix: "agent-core-executor-" });
    try {
      await Deno.mkdir(`${dataDir}/logs`);
      const { call }: { call?: MemoryProgram } = PROGRAMS[program];
      const engine = new MemoryEngine({ images: { [TEST_IMAGE]: call } });
      const config = testConfig(dataDir);
      const again = ({ owner }: { readonly owner?: string } = {}, agentId = "mine") =>
        new MemoryExecutor({ config, engine, agentId, owner });
      const executor = again();
      await check({
        executor,
        signal: new AbortController().signal,
        attempt: (taskId, attempt) => makeAttempt(dataDir, taskId, attempt),
        run: (attempt) => runOn(executor, attempt),
        again,
        stranger: () => again({}, "another"),
        has: (runId) => Promise.resolve(engine.container(runId) !== undefined),
        kill: (runId) => Promise.resolve(engine.container(runId)?.kill()),
        removeBehind: (runId) => Promise.resolve(engine.remove(runId)),
        restartEngine: () => Promise.resolve(engine.restart()),
      });
    } finally {
      await Deno.remove(dataDir, { recursive: true });
    }
  },
};

testConformance(memory);
