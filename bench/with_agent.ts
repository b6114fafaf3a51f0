import type { DevTask } from "../src/devserver/mod.ts";
import type { AgentProcess, AgentStart } from "../tests/e2e/agent_process.ts";
import { createWorld, type World, type WorldOptions } from "../tests/e2e/world.ts";

/** The start of an agent that keeps to no request budget. */
export const UNLIMITED = { env: { AGENT_CORE_REQUESTS_PER_MINUTE: "0" } };
/** A script that does nothing. */
export const NOTHING = "true";

/** Runs `body` with a Server, an engine and an agent of its own. */
export async function withAgent(
  options: WorldOptions,
  start: AgentStart,
  body: (world: World, agent: AgentProcess) => Promise<void>,
): Promise<void> {
  await using world = await createWorld(options);
  const agent = await world.startAgent(start);
  await body(world, agent);
  agent.kill("SIGTERM");
  await agent.exited;
}

/** Submits so many tasks of one script. */
export async function submitMany(
  world: World,
  count: number,
  script = NOTHING,
): Promise<DevTask[]> {
  const tasks = [];
  for (let n = 0; n < count; n++) tasks.push(await world.submit(script));
  return tasks;
}

/** Waits until all of these have ended. */
export const allEnded = (world: World, tasks: readonly DevTask[]) =>
  Promise.all(tasks.map((task) => world.ended(task, 600_000)));
