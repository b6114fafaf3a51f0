import assert from "node:assert/strict";

import { openJournal } from "../../src/journal/mod.ts";
import { SILENT } from "../../src/log/mod.ts";
import { noteBeat } from "../../src/scheduler/contact.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { HeldTasks } from "../../src/scheduler/held_tasks.ts";
import { againSender, noteSilence } from "../../src/scheduler/send_again.ts";
import { type Clock, SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { inFolder, OWNER } from "../journal/in_folder.ts";

const SECOND = 1_000;

/** A life of an agent, from its start to its end. */
interface Life {
  /** Between the last heartbeat that was answered and the next, milliseconds. */
  readonly silent: number;
  /** How much of that was before its start. @default {all} */
  readonly away?: number;
  /** Silences of that length that end while it lives. @default {1} */
  readonly contacts?: number;
  /** It dies before it has told anything. @default {false} */
  readonly dies?: boolean;
  /** By how much this machine's clock is set back meanwhile, milliseconds. @default {0} */
  readonly setBack?: number;
}

/** How often the Server is told of a delivered task again. */
function timesTold(...lives: readonly Life[]): Promise<number> {
  return inFolder(async (path) => {
    using journal = openJournal(path);
    const [taskId, state] = ["t", "delivered"] as const;
    const row = journal.add(OWNER, { taskId, attempt: 1, state, task: {}, folder: "t" });
    const report = { status: "completed", output: null, errorMessage: null } as const;
    journal.update(row.id, { report });
    let now = Date.now();
    // Nobody sets the Server's clock.
    let behind = 0;
    let told = 0;
    noteBeat(journal, now, now);
    for (const { silent, away = silent, contacts = 1, dies = false, setBack = 0 } of lives) {
      const end = new AbortController();
      const clock: Clock = {
        ...SYSTEM_CLOCK,
        wall: () => now,
        sleep: () => dies ? new Promise(() => {}) : Promise.resolve(),
      };
      const server = {
        retrying: (call: () => Promise<unknown>) => call(),
        listFiles: () => Promise.resolve([]),
        complete: () => Promise.resolve(told++ === 0 ? "done" : "not_running"),
      };
      const deps = { journal, owner: OWNER, clock, server, log: SILENT } as unknown as Deps;
      const isUnderWay = () => false;
      const go = () => {};
      now += away - setBack;
      behind += setBack;
      const held = new HeldTasks();
      const again = againSender({ deps, isUnderWay, held, go, signal: end.signal });
      now += silent - away;
      for (let n = 0; n < contacts; n++) {
        noteSilence(journal, now, now + behind);
        noteBeat(journal, now, now + behind);
        if (dies) void again();
        else await again();
      }
    }
    return told;
  });
}

Deno.test("what was delivered is told again after a silence, be it the agent's or the Server's", async () => {
  assert.equal(await timesTold({ silent: 60 * SECOND }), 1);
  assert.equal(await timesTold({ silent: 30 * SECOND }), 0);
  // It was killed while the Server was down, and started again.
  assert.equal(await timesTold({ silent: 60 * SECOND, away: 20 * SECOND }), 1);
  assert.equal(await timesTold({ silent: 0, contacts: 3 }), 2);
  for (const setBack of [30 * SECOND, 3600 * SECOND]) {
    assert.equal(await timesTold({ silent: 60 * SECOND, setBack }), 1);
  }
});

Deno.test("what an agent that died has not told again, the next one tells", async () => {
  const [dying, next] = [{ silent: 60 * SECOND, dies: true }, { silent: 5 * SECOND }];
  assert.equal(await timesTold(dying, next), 1);
  assert.equal(await timesTold(dying, next, next), 1, "and only once");
});
