import assert from "node:assert/strict";
import { join } from "@std/path";

import type { DevServer } from "../../src/devserver/mod.ts";
import { openJournal, type State } from "../../src/journal/mod.ts";
import { testEngine } from "../support/engine.ts";
import { CHINESE, eventually, type Place, withServer } from "./support/place.ts";

/** Lets a task run to its end, and stops the agent. @returns its id */
async function oneTask(place: Place, server: DevServer): Promise<string> {
  const agent = server.createAgent("lab");
  await place.configure({ url: server.url, agent, script: "echo x > output/a.txt" });
  assert.equal((await place.run(["run-detached"])).code, 0);
  const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "go" });
  await server.waitFor(id, "ended", { timeoutMs: 20_000 });
  await eventually(async () => (await stateOf(place, id)) === "delivered");
  assert.equal((await place.run(["stop"])).code, 0);
  return id;
}

/** Leaves a task's container at work without an agent. @returns the task's id */
async function oneAtWork(place: Place, server: DevServer): Promise<string> {
  const agent = server.createAgent("lab");
  await place.configure({ url: server.url, agent, script: "sleep 600" });
  assert.equal((await place.run(["run-detached"])).code, 0);
  const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "go" });
  await eventually(async () => (await stateOf(place, id)) === "running");
  assert.equal((await place.run(["stop"])).code, 0);
  return id;
}

async function stateOf(place: Place, id: string): Promise<unknown> {
  const tasks = JSON.parse((await place.run(["tasks", "--all", "--json"])).stdout || "[]");
  return tasks.find((task: { readonly task_id: string }) => task.task_id === id)?.state;
}

function change(place: Place, id: string, state: State): void {
  using journal = openJournal(join(place.dataDir, "agent.db"));
  journal.update(journal.history.find(id)[0].id, { state });
}

const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test("clean removes what ended tasks have left and what nobody knows, and no more", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server);
    const { dataDir, folder } = place;
    const outside = join(folder, "outside");
    await Deno.mkdir(outside);
    await Deno.writeTextFile(join(outside, "mine.txt"), "mine");
    const orphan = join(dataDir, "workspaces", "nobody");
    await Deno.mkdir(join(orphan, "deep"), { recursive: true });
    await Deno.writeTextFile(join(orphan, "big"), "x".repeat(3 * 2 ** 20));
    await Deno.symlink(outside, join(orphan, "link"));
    await Deno.symlink(outside, join(dataDir, "workspaces", "linked"));
    await Deno.mkdir(join(dataDir, "try/last"), { recursive: true });
    const asked = await place.run(["clean"]);
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /add --yes/);
    assert.ok(await isThere(orphan));

    const { code, stdout } = await place.run(["clean", "--yes"]);
    assert.equal(code, 0);
    assert.match(stdout, /^Removed: \d+ files and folders, 0 containers; [3-9]\.\d MiB freed\.$/m);
    for (const place of ["workspaces", "logs", "spill", "try"]) {
      assert.deepEqual([...Deno.readDirSync(join(dataDir, place))], [], place);
    }
    assert.equal(await Deno.readTextFile(join(outside, "mine.txt")), "mine");
    assert.equal(await stateOf(place, id), "delivered");
    const again = await place.run(["clean", "--yes"]);
    assert.equal(again.code, 0);
    assert.equal(again.stdout, `There is nothing to remove in ${dataDir}.\n`);
    const chinese = await place.run(["clean"], { AGENT_CORE_LANG: "zh" });
    assert.match(chinese.stdout, CHINESE);
    assert.equal((await place.run(["run-detached"])).code, 0);
  });
});

Deno.test("clean does not look into what a link in the data folder leads to", async () => {
  await withServer(async (place, server) => {
    await oneTask(place, server);
    const workspaces = join(place.dataDir, "workspaces");
    const elsewhere = join(place.folder, "elsewhere");
    await Deno.mkdir(join(elsewhere, "nobody"), { recursive: true });
    await Deno.remove(workspaces, { recursive: true });
    await Deno.symlink(elsewhere, workspaces);
    assert.equal((await place.run(["clean", "--yes"])).code, 0);
    assert.ok(await isThere(join(elsewhere, "nobody")));
    assert.equal((await place.run(["clean", "--all", "--yes"])).code, 0);
    assert.ok(await isThere(join(elsewhere, "nobody")));
    assert.ok(!await isThere(place.dataDir));
  });
});

Deno.test("clean keeps and names what the Server does not have, until it is given up", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server);
    const workspace = join(place.dataDir, "workspaces", id);
    for (const state of ["undeliverable", "reporting"] as const) {
      change(place, id, state);
      for (const args of [["clean", "--yes"], ["clean", "--all", "--yes"]]) {
        const { code, stdout } = await place.run(args);
        assert.equal(code, args.includes("--all") ? 1 : 0);
        assert.match(
          stdout,
          new RegExp(`Kept the results of 1 .*${id}.*--discard-undelivered`, "s"),
        );
        assert.ok(await isThere(workspace));
      }
    }
    const { code, stdout } = await place.run(["clean", "--discard-undelivered", "--yes"]);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /Kept/);
    assert.ok(!await isThere(workspace));
    assert.match(
      (await place.run(["tasks", "--all"])).stdout,
      new RegExp(`^${id}  discarded`, "m"),
    );
    const again = await place.run(["clean", "--discard-undelivered", "--yes"]);
    assert.match(again.stdout, /nothing to remove/);
  });
});

Deno.test("clean is refused while an agent runs, and says how to stop it", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    await place.run(["run-detached"]);
    for (const args of [["clean", "--yes"], ["clean", "--all", "--discard-undelivered", "--yes"]]) {
      const { code, stderr } = await place.run(args);
      assert.equal(code, 1);
      assert.match(stderr, /process \d+\).*agent-core stop/s);
    }
    assert.equal((await place.run(["status"])).code, 0);
  });
});

Deno.test("clean --all keeps tasks under way, and with --discard-undelivered leaves nothing", async () => {
  await withServer(async (place, server) => {
    await using engine = await testEngine();
    const id = await oneAtWork(place, server);
    const agentId = (await Deno.readTextFile(join(place.dataDir, "agent.id"))).trim();
    const containers = async () =>
      (await engine.listContainers({ labels: { "open-aaas.agent": agentId }, all: true })).length;
    const kept = await place.run(["clean", "--all", "--yes"]);
    assert.equal(kept.code, 1);
    assert.match(kept.stdout, new RegExp(`Kept 1 task\\(s\\) that have not ended: ${id}`));
    assert.equal(await containers(), 1);

    const foreign = join(place.dataDir, "notes.txt");
    await Deno.writeTextFile(foreign, "mine");
    const brokenOff = join(place.dataDir, `agent.control.${crypto.randomUUID()}.tmp`);
    await Deno.writeTextFile(brokenOff, "x");
    const all = ["clean", "--all", "--discard-undelivered", "--yes"];
    const { code, stdout, stderr } = await place.run(all);
    assert.equal(code, 0, stderr);
    assert.match(stdout, / 1 containers; .* freed/);
    assert.match(stdout, /not agent-core's.*notes\.txt/);
    assert.equal(await containers(), 0);
    assert.deepEqual([...Deno.readDirSync(place.dataDir)].map(({ name }) => name), ["notes.txt"]);
    await Deno.remove(foreign);
    assert.match((await place.run(all)).stdout, /nothing to remove/);
  });
});

Deno.test("clean keeps a container without a record, and its folder", async () => {
  await withServer(async (place, server) => {
    const id = await oneAtWork(place, server);
    for (const end of ["", "-wal", "-shm"]) {
      await Deno.remove(join(place.dataDir, `agent.db${end}`)).catch(() => {});
    }
    const { stdout } = await place.run(["clean", "--yes"]);
    assert.match(stdout, new RegExp(`Kept 1 task\\(s\\).*${id}`));
    assert.ok(await isThere(join(place.dataDir, "workspaces", id)));
  });
});

Deno.test("clean asks at a terminal, and takes only a yes for one", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server);
    const workspace = join(place.dataDir, "workspaces", id);
    for (const answer of ["n\n", "\n"]) {
      const { code, output } = await place.type(["clean"], [["[y/N]", answer]]);
      assert.equal(code, 1);
      assert.match(output, /Nothing was removed/);
      assert.ok(await isThere(workspace));
    }
    const { code, output } = await place.type(["clean"], [["[y/N]", "y\n"]]);
    assert.equal(code, 0);
    assert.match(output, /freed/);
    assert.ok(!await isThere(workspace));
  });
});

Deno.test("clean works without a configuration for a folder that is named, and leaves other folders alone", async () => {
  await withServer(async (place, server) => {
    await oneTask(place, server);
    await Deno.remove(place.configPath);
    assert.equal((await place.run(["clean", "--yes"])).code, 2);
    const { code, stderr } = await place.run(["clean", "--all", "--yes", "--data-dir", "data"]);
    assert.equal(code, 0, stderr);
    assert.ok(!await isThere(place.dataDir));
    const other = join(place.folder, "logs");
    await Deno.mkdir(other);
    const nothing = await place.run(["clean", "--all", "--yes", "--data-dir", place.folder]);
    assert.match(nothing.stdout, /nothing to remove/);
    assert.ok(await isThere(other));
  });
});
