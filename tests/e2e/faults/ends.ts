import assert from "node:assert/strict";
import { join } from "@std/path";

import { callControl, type StopMode } from "../../../src/daemon/mod.ts";
import { effect } from "../../support/effects.ts";
import { readJournal } from "../../../src/journal/mod.ts";
import { countRuns } from "../invariants.ts";
import { createLab, until } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/** How an agent is told to go. */
export type End = StopMode | "SIGTERM" | "SIGINT twice";

/** The agent goes while a container runs, and comes back. */
export async function endAgent(ledger: Ledger, how: End): Promise<void> {
  await using lab = await createLab(ledger);
  const { dataDir, server, serviceId } = lab.world;
  const agent = await lab.start();
  const work = await lab.submit(`end ${how}`.replaceAll(" ", "-"), { seconds: 3 });
  await until(async () => await countRuns(lab.world, work) > 0, "the container to begin");
  ledger.fault(`ends of the agent (${how})`);
  if (how === "SIGTERM") agent.kill("SIGTERM");
  else if (how === "SIGINT twice") {
    agent.kill("SIGINT");
    agent.kill("SIGINT");
  } else await callControl({ dataDir, request: { command: "stop", mode: how } });
  const { code } = await agent.exited;
  await ledger.expect(`the end by ${how}`, async () => {
    // Two signals can be seen as one; then the agent has just gone in peace.
    const codes = how === "SIGTERM" ? [143] : how === "SIGINT twice" ? [0, 130] : [0];
    assert.ok(codes.includes(code), `exit code ${code}`);
    if (how !== "SIGINT twice") assert.equal(server.service(serviceId)?.status, "offline");
    const status = server.task(work.task.id)?.status;
    if (how === "drain") assert.equal(status, "completed");
    else if (how === "cancel-tasks") assert.equal(status, "cancelled");
    else assert.equal(status, "running");
    await Promise.resolve();
  });
  if (how === "cancel-tasks") lab.works.splice(0);
  await lab.start();
  await lab.submit(`after ${how}`.replaceAll(" ", "-"));
  await lab.allEnded();
  await lab.close();
}

/** Results that wait for the Server are no tasks to be cancelled; what still runs is. */
export async function cancelBesideBacklog(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { dataDir, server } = lab.world;
  const agent = await lab.start();
  server.faults.inject({ call: "complete", effect: effect.cutAtStart, times: Infinity });
  for (let n = 0; n < 4; n++) await lab.submit(`backlog-${n}`);
  await until(() => waiting(dataDir) === lab.works.length, "the results to wait");
  const running = await lab.world.submit("sleep 100");
  await server.waitFor(running.id, "running");
  ledger.fault("backlogs at `stop --cancel-tasks`");
  await callControl({ dataDir, request: { command: "stop", mode: "cancel-tasks" } });
  server.faults.clear();
  assert.equal((await agent.exited).code, 0);
  await ledger.expect(
    "the task that ran beside the backlog",
    () => assert.equal(server.task(running.id)?.status, "cancelled"),
  );
  await lab.allEnded();
  await lab.close();
}

/** How many results have been collected and not been delivered. */
function waiting(dataDir: string): number {
  using journal = readJournal(join(dataDir, "agent.db"));
  return journal.open().filter(({ state }) => state === "reporting").length;
}
