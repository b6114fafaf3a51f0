import assert from "node:assert/strict";
import { join } from "@std/path";

import { openJournal } from "../../src/journal/mod.ts";
import { createLogger } from "../../src/log/mod.ts";
import type { Deps } from "../../src/scheduler/deps.ts";
import { adoptStrays } from "../../src/scheduler/recovery.ts";
import { SYSTEM_CLOCK } from "../../src/util/mod.ts";
import { testConfig, until } from "../executor/helpers.ts";
import { OWNER } from "../journal/in_folder.ts";
import { badDisk } from "../support/bad_disk.ts";

Deno.test({
  name: "a container whose task cannot be read for the machine's trouble is not given up for that",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
    {
      await using disk = await badDisk(dataDir);
      const workspace = join(dataDir, "workspaces", "t");
      await Deno.mkdir(workspace, { recursive: true });
      await Deno.writeTextFile(join(workspace, "task.json"), "{}");
      await disk.spoil("workspaces/t/task.json");
      using journal = openJournal(join(dataDir, "agent.db"));
      const said: string[] = [];
      const stray = { taskId: "t", attempt: 1, runId: "c1", state: "running", workspace };
      const executor = {
        list: () => Promise.resolve([stray]),
        remove: () => Promise.reject(new Error("it was removed")),
      };
      const log = createLogger({ lang: "en", level: "warn", write: (line) => said.push(line) });
      const config = testConfig(dataDir);
      const deps = {
        config,
        journal,
        executor,
        log,
        owner: OWNER,
        lang: "en",
        clock: SYSTEM_CLOCK,
      } as unknown as Deps;
      const end = new AbortController();
      const adopting = adoptStrays(deps, new Map(), () => assert.fail("it went on"), end.signal);
      await until(() => said.length > 0, "a word about it");
      end.abort();
      await assert.rejects(adopting, (error) => error === end.signal.reason);
      assert.match(said.join(), /read or write error/);
      assert.equal(journal.latest(OWNER, "t"), undefined);
    }
    await Deno.remove(dataDir, { recursive: true });
  },
});
