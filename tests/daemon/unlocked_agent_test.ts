import assert from "node:assert/strict";
import { join } from "@std/path";

import { acquireLock, findUnlockedAgent, stopAgent } from "../../src/daemon/mod.ts";
import {
  seenByPs,
  seenByTasklist,
  seenInStat,
  UnlockedAgentRuns,
} from "../../src/daemon/unlocked_agent.ts";
import { startNamed } from "../support/named_process.ts";
import { fixture, startAgent, tempFolder, unix } from "./helpers.ts";

Deno.test(
  "unlocked agent: a live agent-core that agent.pid names keeps the folder",
  unix,
  async () => {
    await using folder = await tempFolder();
    await using other = await startNamed(folder.path, "agent-core");
    const dataDir = join(folder.path, "data");
    const pidFile = join(dataDir, "agent.pid");
    await Deno.mkdir(dataDir);
    // Without a line's end, as the Rust agent writes it.
    await Deno.writeTextFile(pidFile, String(other.pid));
    const seen = { pid: other.pid, name: "agent-core" };
    assert.deepEqual(await findUnlockedAgent(dataDir), seen);
    await assert.rejects(acquireLock(dataDir), (error: Error) => {
      assert.ok(error instanceof UnlockedAgentRuns);
      for (const text of [error.text.en, error.text.zh]) {
        assert.ok(text.includes(String(other.pid)) && text.includes(pidFile), text);
      }
      return true;
    });
    // To look for an agent to stop takes nothing of its away.
    assert.deepEqual(await stopAgent({ dataDir }), { outcome: "not_running" });
    assert.equal(await Deno.readTextFile(pidFile), String(other.pid));
    await other.end();
    await (await acquireLock(dataDir))[Symbol.asyncDispose]();
  },
);

Deno.test(
  "unlocked agent: another program, a dead number and nonsense keep nobody out",
  unix,
  async () => {
    await using folder = await tempFolder();
    await using other = await startNamed(folder.path, "agentcore");
    const dataDir = join(folder.path, "data");
    await Deno.mkdir(dataDir);
    for (
      const text of [`${other.pid}\n`, "999999999", "", "-1", "agent-core", "\0", `${Deno.pid}`]
    ) {
      await Deno.writeTextFile(join(dataDir, "agent.pid"), text);
      await (await acquireLock(dataDir))[Symbol.asyncDispose]();
    }
  },
);

Deno.test("unlocked agent: what this program wrote itself is not taken for one", unix, async () => {
  await using folder = await tempFolder();
  await using other = await startNamed(folder.path, "agent-core");
  const dataDir = join(folder.path, "data");
  {
    await using agent = await startAgent("ready", dataDir);
    assert.ok(agent.pid > 0);
  }
  // It was killed, and by now its number is that of an agent on another data folder.
  await Deno.writeTextFile(join(dataDir, "agent.pid"), `${other.pid}\n`);
  await Deno.writeTextFile(join(dataDir, "agent.holder"), `${other.pid} boot namespace 1\n`);
  assert.equal(await findUnlockedAgent(dataDir), undefined);
  await (await acquireLock(dataDir))[Symbol.asyncDispose]();
});

Deno.test("unlocked agent: a program that may not look into /proc asks ps", unix, async () => {
  await using folder = await tempFolder();
  await using other = await startNamed(folder.path, "agent-core");
  const dataDir = join(folder.path, "data");
  await Deno.mkdir(dataDir);
  await Deno.writeTextFile(join(dataDir, "agent.pid"), `${other.pid}\n`);
  const { command, args } = fixture("find_unlocked_agent.ts");
  const narrow = ["--allow-read", "--allow-env", "--allow-run=/usr/bin/ps,/bin/ps", "--no-prompt"];
  const { stdout, stderr } = await new Deno.Command(command, {
    args: [...args.flatMap((word) => word === "-A" ? narrow : [word]), dataDir],
    clearEnv: true,
    env: { ...Deno.env.toObject() },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert.match(said, /^[{]/, new TextDecoder().decode(stderr));
  assert.deepEqual(JSON.parse(said), { pid: other.pid, name: "agent-core" });
});

Deno.test("unlocked agent: what /proc, ps and tasklist say is read", () => {
  assert.deepEqual(seenInStat("7 (agent-core) S 1 7", 7), { pid: 7, name: "agent-core" });
  assert.deepEqual(seenInStat("7 (a) b (c) R 1 7", 7), { pid: 7, name: "a) b (c" });
  assert.equal(seenInStat("7 (agent-core) Z 1 7", 7), undefined);
  assert.equal(seenInStat("", 7), undefined);
  const mac = "Ss   /Applications/My Tools/agent-core\n";
  assert.deepEqual(seenByPs(mac, 7), { pid: 7, name: "agent-core" });
  assert.deepEqual(seenByPs("S agent-core", 7), { pid: 7, name: "agent-core" });
  assert.equal(seenByPs("Z    agent-core <defunct>\n", 7), undefined);
  assert.equal(seenByPs("", 7), undefined);
  const windows = '\r\n"agent-core.exe","4711","Console","1","9,120 K"\r\n';
  assert.deepEqual(seenByTasklist(windows, 4711), { pid: 4711, name: "agent-core.exe" });
  assert.equal(seenByTasklist(windows, 47), undefined);
  assert.equal(seenByTasklist("INFO: No tasks are running which match.\r\n", 7), undefined);
});
