import assert from "node:assert/strict";

import {
  type AttemptChange,
  type AttemptRow,
  type Journal,
  openJournal,
  type State,
  STATES,
} from "../../src/journal/mod.ts";
import { doubtUnsynced } from "../../src/scheduler/power_cut.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { inFolder, OWNER } from "../journal/in_folder.ts";

const ENDED = {
  state: "exited",
  runId: "c1",
  exitCode: 0,
  startedAt: 1_000,
  endedAt: 2_000,
  endedBy: "itself",
} as const;

function addTo(journal: Journal, taskId: string, change: AttemptChange): void {
  const state = "accepting";
  journal.addFound(OWNER, { taskId, attempt: 1, state, task: {}, folder: taskId }, change);
}

const SECOND = 1_000;

/** What is to be looked at again, after a start in this boot of the machine. */
function doubted(
  journal: Journal,
  bootId: string | undefined,
  { uptime, wall } = { uptime: 100 * SECOND, wall: 1e9 },
): string[] {
  const before = new Map<number, State>(journal.open().map(({ id, state }) => [id, state]));
  const clock = { ...SYSTEM_CLOCK, uptime: () => uptime, wall: () => wall };
  const rows = doubtUnsynced(journal, clock, bootId);
  const withoutTime = (row: AttemptRow) => ({ ...row, updatedAt: 0 });
  assert.deepEqual(rows.map(withoutTime), journal.open().map(withoutTime), "as written down");
  return rows.filter(({ id, state }) => state !== before.get(id)).map(({ taskId }) => taskId);
}

Deno.test("a run's end is doubted once, after the machine was started anew", () =>
  inFolder((path) => {
    {
      using journal = openJournal(path);
      assert.deepEqual(doubted(journal, "boot 1"), []);
      addTo(journal, "t", ENDED);
      assert.deepEqual(doubted(journal, "boot 1"), [], "only the agent was");
    }
    using journal = openJournal(path);
    assert.deepEqual(doubted(journal, "boot 2"), ["t"]);
    const { state, runId, startedAt, endedAt, endedBy, exitCode } = journal.latest(OWNER, "t")!;
    assert.deepEqual([state, runId, startedAt], ["running", "c1", 1_000]);
    assert.deepEqual([endedAt, endedBy, exitCode], [null, null, null]);
    addTo(journal, "later", ENDED);
    assert.deepEqual(doubted(journal, "boot 2"), []);
  }));

Deno.test("an end is doubted where an earlier version wrote it down, in a boot that nobody knows", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    addTo(journal, "t", ENDED);
    assert.deepEqual(doubted(journal, "boot 1"), ["t"]);
  }));

Deno.test("where the system does not name its boots, the time tells them apart", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    const starts: [uptime: number, wall: number, isDoubted: boolean, why: string][] = [
      [1_000, 0, true, "nothing is known of the boot before"],
      [2_000, 1_000, false, "the same boot, later"],
      [2_500, 1_400, false, "the clock was set back a little"],
      [60, 1_700, true, "a boot that is younger"],
      [9_000, 90_000, true, "a boot as old as the one before was, but much later"],
    ];
    for (const [uptime, wall, isDoubted, why] of starts) {
      addTo(journal, why, ENDED);
      const found = doubted(journal, undefined, {
        uptime: uptime * SECOND,
        wall: 1e9 + wall * SECOND,
      });
      assert.equal(found.includes(why), isDoubted, why);
    }
  }));

Deno.test("what has not ended, or has been collected, is as it was before a power cut", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    for (const state of STATES) addTo(journal, state, { ...ENDED, state });
    assert.deepEqual(doubted(journal, "boot 1"), ["exited"]);
  }));

Deno.test("of a run that was stopped no result is reported as whole: its end is not doubted", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    for (const endedBy of ["timeout", "disk"] as const) {
      addTo(journal, endedBy, { ...ENDED, endedBy });
    }
    assert.deepEqual(doubted(journal, "boot 1"), []);
  }));

Deno.test("an end is doubted whoever's it is: its owner may come back after other starts", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    const other = { ...OWNER, serviceId: "svc_2" };
    const task = { taskId: "t", attempt: 1, state: "accepting", task: {}, folder: "t" } as const;
    journal.addFound(other, task, ENDED);
    assert.deepEqual(doubted(journal, "boot 1"), ["t"]);
  }));

Deno.test("what has waited for a minute in spite of its end was written before a power cut", () =>
  inFolder((path) => {
    using journal = openJournal(path);
    addTo(journal, "short", { ...ENDED, troubleMs: 59_999 });
    addTo(journal, "long", { ...ENDED, troubleMs: 60_000 });
    assert.deepEqual(doubted(journal, "boot 1"), ["short"]);
  }));
