import assert from "node:assert/strict";
import { join } from "@std/path";

import { openJournal } from "../../../src/journal/mod.ts";
import { SILENT } from "../../../src/log/mod.ts";
import { Attempt } from "../../../src/scheduler/task/attempt.ts";
import type { Deps } from "../../../src/scheduler/deps.ts";
import { Interruption } from "../../../src/scheduler/task/interruption.ts";
import { SYSTEM_CLOCK } from "../../../src/util/mod.ts";

const OWNER = { baseUrl: "http://127.0.0.1:1", serviceId: "svc_1" };

Deno.test("a cancel that comes between two waits of a step still ends the second", async () => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    using journal = openJournal(join(folder, "agent.db"));
    const row = journal.add(OWNER, {
      taskId: "t",
      attempt: 1,
      state: "accepting",
      task: { id: "t" },
      folder: "t",
    });
    // What a cancel concerns.
    const deps = { journal, log: SILENT, clock: SYSTEM_CLOCK } as unknown as Deps;
    const shutdown = new AbortController().signal;
    const run = new Attempt(row, deps, { shutdown, resumed: false });

    const first = run.signal;
    run.cancel();
    assert.deepEqual(first.reason, new Interruption("cancel"));
    assert.deepEqual(
      run.signal.reason,
      new Interruption("cancel"),
      "the step has not heard of it yet",
    );
    run.attend();
    assert.equal(run.signal.aborted, false, "the next step works on the cancel itself");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
