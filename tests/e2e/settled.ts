import { join } from "@std/path";

import { type AttemptRow, readJournal } from "../../src/journal/mod.ts";
import type { AgentProcess } from "./agent_process.ts";
import type { World } from "./world.ts";

/** What the agent's journal has of a task. */
export function rowOf(world: World, taskId: string): AttemptRow | undefined {
  using journal = readJournal(join(world.dataDir, "agent.db"));
  return journal.history.find(taskId)[0];
}

/** Ends an agent like a power cut. */
export async function killed(agent: AgentProcess): Promise<void> {
  agent.kill("SIGKILL");
  await agent.exited;
}
