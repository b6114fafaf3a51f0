import assert from "node:assert/strict";

import { STATES } from "../../../src/journal/mod.ts";
import { createLab } from "./lab.ts";
import type { Ledger } from "./ledger.ts";
import { WRITES } from "./writes.ts";

/** SIGKILL before and after each write of the journal, each in the life of a task of its own. */
export async function crashAtEachWrite(ledger: Ledger, when: "before" | "after"): Promise<void> {
  await using lab = await createLab(ledger);
  for (const write of WRITES) {
    const point = `${when} ${write}`;
    await lab.submit(`once ${point}`.replaceAll(" ", "-"), {
      script: [`crash ${point}`],
      seconds: 0.1,
    });
    ledger.fault("kills");
  }
  await lab.keepAgent(() => lab.isOver());
  await lab.close();
}

/** The same task is hit at every write, twice before it and once after: dozens of crashes in a row. */
export async function crashAgainAndAgain(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  // A container's removal goes on beside the delivery, so it has no fixed place in a row.
  const points = WRITES.filter((write) => write !== "removed").flatMap((
    write,
  ) => [`before ${write}`, `before ${write}`, `after ${write}`]);
  await lab.submit("many", { script: points.map((point) => `crash ${point}`), seconds: 0.1 });
  ledger.fault("kills", points.length);
  await lab.keepAgent(() => lab.isOver());
  await lab.close();
}

/** States in which a cancel can meet an agent that was killed: from the acceptance to the delivery. */
const CANCELLED_IN = STATES.slice(STATES.indexOf("accepted"), STATES.indexOf("delivered"));

/** The agent is killed in each state of a task, which its user cancels before the agent is back. */
export async function cancelAfterRestart(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  for (const state of CANCELLED_IN) {
    const work = await lab.submit(`cancelled-${state}`, { script: [`crash after ${state}`] });
    await lab.spawn().exited;
    server.cancel(work.task.id);
    ledger.fault("cancels after a restart");
    const agent = await lab.start();
    await ledger.expect(`a cancel after a restart in "${state}"`, async () => {
      assert.equal((await lab.world.ended(work.task)).status, "cancelled");
    });
    agent.kill("SIGKILL");
    await agent.exited;
  }
  // What was cancelled has no result; the next task shows that the agent still works.
  lab.works.splice(0);
  await lab.start();
  await lab.submit("after-the-cancels");
  await lab.allEnded();
  await lab.close();
}
