import { createLab, type Lab } from "./lab.ts";
import type { Ledger } from "./ledger.ts";
import { WRITES } from "./writes.ts";

/** Longer than the Server waits for an agent: its tasks are handed back to the queue. */
const AGED_MS = 70_000;

/** How a Server goes and comes back. */
export type Restart = "at once" | "aged" | "restored";

/**
 * The Server is killed and started again while the agent stands before or after each write of its
 * journal: at once, so long after that its tasks were handed back, or from a backup of the time when
 * the task was new.
 */
export async function restartServerAtEachWrite(ledger: Ledger, how: Restart): Promise<void> {
  await using lab = await createLab(ledger);
  await lab.start();
  for (const write of WRITES) {
    for (const when of ["before", "after"]) {
      // A removal goes on beside the delivery: held there, the task may have been delivered or not.
      await restartAt(lab, `${when} ${write}`, how);
    }
  }
  await lab.close();
}

async function restartAt(lab: Lab, point: string, how: Restart): Promise<void> {
  const { server } = lab.world;
  const name = `${how} ${point}`.replaceAll(" ", "-");
  const work = await lab.submit(name, { script: [`hold ${point}`], seconds: 0.1 });
  const backup = server.snapshot();
  await lab.atHold(work, async () => {
    if (how === "restored") server.restore(backup);
    await server.restart({ agedMs: how === "at once" ? 0 : AGED_MS });
    lab.ledger.fault(`Server restarts (${how})`);
  });
  await lab.world.ended(work.task);
}

/** The same after the results were delivered: only the agent still knows that they were. */
export async function restoreAfterDelivery(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  await lab.start();
  const works = [];
  for (let n = 0; n < 3; n++) works.push(await lab.submit(`delivered-${n}`, { seconds: 3 }));
  for (const { task } of works) await server.waitFor(task.id, "running");
  const backup = server.snapshot();
  await lab.allEnded();
  server.restore(backup);
  await server.restart({ downMs: 52_000 });
  lab.ledger.fault("Servers from a backup after the delivery");
  await lab.allEnded();
  await lab.close();
}
