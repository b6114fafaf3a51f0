import type { Config } from "../../src/config/mod.ts";
import type { Executor } from "../../src/executor/mod.ts";
import type { MemoryProgram } from "../../src/executor/memory/memory_container.ts";
import { MemoryEngine } from "../../src/executor/memory/memory_engine.ts";
import { MemoryExecutor } from "../../src/executor/memory/memory_executor.ts";

/** An executor on a new engine in memory that has the configured image and holds nothing yet. */
export function memoryExecutor(
  config: Config,
  program: MemoryProgram = () => Promise.resolve(0),
): Executor {
  const engine = new MemoryEngine({ images: { [config.executor.image]: program } });
  return new MemoryExecutor({ config, engine, agentId: "test" });
}
