import assert from "node:assert/strict";

import { openJournal } from "../../src/journal/mod.ts";
import { SILENT } from "../../src/log/mod.ts";
import { noteBeat } from "../../src/scheduler/contact.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { HeldTasks } from "../../src/scheduler/held_tasks.ts";
import { againSender } from "../../src/scheduler/send_again.ts";
import { type Clock, SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { inFolder, OWNER } from "../journal/in_folder.ts";

const SECOND = 1_000;

/** How often the Server is told of a delivered task again. */
function timesTold(
  { away, contactAfter, contacts = 1 }: {
    /** From the agent's last heartbeat to its start, milliseconds. */
    readonly away: number;
    /** From there to the first one that is answered, milliseconds. */
    readonly contactAfter: number;
    readonly contacts?: number;
  },
): Promise<number> {
  return inFolder(async (path) => {
    using journal = openJournal(path);
    let now = Date.now();
    let told = 0;
    const clock: Clock = {
      ...SYSTEM_CLOCK,
      wall: () => now,
      sleep: () => Promise.resolve(),
    };
    const row = journal.add(OWNER, {
      taskId: "t",
      attempt: 1,
      state: "delivered",
      task: {},
      folder: "t",
    });
    const report = { status: "completed", output: null, errorMessage: null } as const;
    journal.update(row.id, { report });
    noteBeat(journal, now - away);
    const server = {
      retrying: (call: () => Promise<unknown>) => call(),
      listFiles: () => Promise.resolve([]),
      complete: () => Promise.resolve(told++ === 0 ? "done" : "not_running"),
    };
    const deps = { journal, owner: OWNER, clock, server, log: SILENT } as unknown as Deps;
    const again = againSender({
      deps,
      isUnderWay: () => false,
      held: new HeldTasks(),
      go: () => {},
      signal: new AbortController().signal,
    });
    now += contactAfter;
    for (let n = 0; n < contacts; n++) {
      noteBeat(journal, now);
      await again();
    }
    return told;
  });
}

Deno.test("what was delivered is told again after a silence, be it the agent's or the Server's", async () => {
  assert.equal(await timesTold({ away: 60 * SECOND, contactAfter: 0 }), 1);
  assert.equal(await timesTold({ away: 20 * SECOND, contactAfter: 10 * SECOND }), 0);
  // It was killed while the Server was down, and started again.
  assert.equal(await timesTold({ away: 20 * SECOND, contactAfter: 40 * SECOND }), 1);
  assert.equal(await timesTold({ away: 0, contactAfter: 0, contacts: 3 }), 2);
});
