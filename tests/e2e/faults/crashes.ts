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
