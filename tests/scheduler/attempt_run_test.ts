import assert from "node:assert/strict";
import { join } from "@std/path";

import { openJournal } from "../../src/journal/mod.ts";
import { SILENT } from "../../src/log/mod.ts";
import { AttemptRun } from "../../src/scheduler/attempt_run.ts";
import type { Parts } from "../../src/scheduler/parts.ts";
import { UploadPlaces } from "../../src/scheduler/upload_places.ts";

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
    // The parts that a cancel concerns.
    const parts = { journal, log: SILENT } as unknown as Parts;
    const shutdown = new AbortController().signal;
    const run = new AttemptRun(row, parts, new UploadPlaces(), { shutdown, resumed: false });

    const first = run.signal;
    run.cancel();
    assert.equal(first.reason, "cancel");
    assert.equal(run.signal.reason, "cancel", "the step has not heard of it yet");
    run.attend();
    assert.equal(run.signal.aborted, false, "the next step works on the cancel itself");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
