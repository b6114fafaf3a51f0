import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { join } from "@std/path";

import type { DevServer } from "../../src/devserver/mod.ts";
import { openJournal } from "../../src/journal/mod.ts";
import { makeOldJournal } from "../journal/old_journal.ts";
import { ANSI, eventually, type Place, withServer } from "./support/place.ts";

/** What a hostile container might print. */
const NASTY = 'printf "plain \\033[31mred\\033[0m \\033]0;owned\\007 \\033[2Jend\\n"';

/** Starts an agent, lets it do a task with this script, and returns the task's id. */
async function oneTask(place: Place, server: DevServer, script: string): Promise<string> {
  const agent = server.createAgent("lab");
  await place.configure({ url: server.url, agent, script });
  assert.equal((await place.run(["run-detached"])).code, 0);
  const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "go" });
  await server.waitFor(id, "ended", { timeoutMs: 20_000 });
  await eventually(async () => (await list(place))[0]?.state === "delivered");
  return id;
}

async function list(place: Place): Promise<Record<string, unknown>[]> {
  return JSON.parse((await place.run(["tasks", "--json"])).stdout);
}

Deno.test("before the first start there are no tasks", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url });
    assert.equal((await place.run(["tasks"])).stdout, "No tasks yet.\n");
    assert.equal((await place.run(["tasks", "--json"])).stdout, "[]\n");
    const { code, stderr } = await place.run(["tasks", "discard", "t1"]);
    assert.equal(code, 1);
    assert.match(stderr, /There is no task t1/);
  });
});

Deno.test("tasks lists what ran, while the agent runs and afterwards", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server, "echo out; exit 7");
    for (let n = 0; n < 2; n++) {
      const { stdout } = await place.run(["tasks"]);
      assert.match(stdout, new RegExp(`^${id}  delivered  failed \\(exit code 7\\)`, "m"));
      const [task] = await list(place);
      assert.equal(task.status, "failed");
      assert.equal(task.exit_code, 7);
      await place.run(["stop"]);
    }
    const { stdout } = await place.run(["tasks", "--all"], { AGENT_CORE_LANG: "zh" });
    assert.match(stdout, new RegExp(`^${id}  已送达  失败（退出码 7）`, "m"));
  });
});

Deno.test("the log of a task: as it is into a pipe, harmless on a terminal", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server, `${NASTY}; echo second`);
    const piped = await place.run(["logs", id]);
    assert.equal(
      piped.stdout,
      "plain \x1b[31mred\x1b[0m \x1b]0;owned\x07 \x1b[2Jend\nsecond\n",
    );
    assert.equal((await place.run(["logs", id.slice(0, 8), "-n", "1"])).stdout, "second\n");
    const shown = await place.type(["logs", id], [], { NO_COLOR: "1" });
    assert.equal(shown.output, "plain red  end\nsecond\n");
    const colored = await place.type(["logs", id], []);
    assert.equal(colored.output, "plain \x1b[31mred\x1b[0m  end\nsecond\n");
    const none = await place.run(["logs", "nothing"]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /There is no task nothing/);
  });
});

Deno.test("logs -f goes on until the task has ended", async () => {
  await withServer(async (place, server) => {
    const agent = server.createAgent("lab");
    const script = "echo one; while [ ! -e output/go ]; do sleep 0.1; done; echo two";
    await place.configure({ url: server.url, agent, script });
    await place.run(["run-detached"]);
    const { id } = await server.submit({ serviceId: agent.serviceId, prompt: "go" });
    await eventually(async () => (await list(place))[0]?.state === "running");
    const following = place.run(["logs", "-f", id]);
    await eventually(async () => (await place.run(["logs", id])).stdout === "one\n");
    await Deno.writeTextFile(join(place.dataDir, "workspaces", id, "output", "go"), "");
    const { code, stdout } = await following;
    assert.equal(code, 0);
    assert.equal(stdout, "one\ntwo\n");
  });
});

Deno.test("a result that cannot be delivered is shown, and goes when it is discarded", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server, "echo x > output/a.txt");
    const nothing = await place.run(["tasks", "discard", id]);
    assert.equal(nothing.code, 1);
    assert.match(nothing.stderr, /nothing to discard/);
    markUndeliverable(place, id);
    const { stdout } = await place.run(["tasks"]);
    assert.match(stdout, new RegExp(`^${id}  undeliverable`, "m"));
    assert.match(stdout, new RegExp(`agent-core tasks discard ${id}`));
    const workspace = join(place.dataDir, "workspaces", id);
    assert.ok((await Deno.stat(workspace)).isDirectory);
    const discarded = await place.run(["tasks", "discard", id]);
    assert.equal(discarded.code, 0);
    assert.match((await place.run(["tasks"])).stdout, new RegExp(`^${id}  discarded`, "m"));
    // The running agent removes the files in its next round of cleaning; a start does at once.
    await place.run(["stop"]);
    await place.run(["run-detached"]);
    await eventually(() => Deno.stat(workspace).then(() => false, () => true));
    assert.match((await place.run(["logs", id])).stderr, /has been cleaned up/);
  });
});

Deno.test("a result under way is given up only while no agent runs", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server, "true");
    await place.run(["stop"]);
    change(place, id, "reporting");
    await place.run(["tasks"]);
    const { code, stdout } = await place.run(["tasks", "discard", id]);
    assert.equal(code, 0);
    assert.match(stdout, /at the next start/);
    change(place, id, "running");
    {
      using journal = openJournal(join(place.dataDir, "agent.db"));
      journal.update(journal.history.find(id)[0].id, { report: null });
    }
    const running = await place.run(["tasks", "discard", id]);
    assert.equal(running.code, 1);
    assert.match(running.stderr, /has not ended/);
    change(place, id, "delivered");
  });
});

Deno.test("a task in doubt is named, and reported as failed at the next start", async () => {
  await withServer(async (place, server) => {
    const id = await oneTask(place, server, "true");
    await place.run(["stop"]);
    const refused = await place.run(["tasks", "fail", id]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /not in doubt/);
    {
      using journal = openJournal(join(place.dataDir, "agent.db"));
      const [row] = journal.history.recent(1);
      const doubtful = { taskId: "t1", attempt: 1, task: {}, folder: "t1" };
      journal.add(row, { ...doubtful, state: "in_doubt" });
    }
    const { stdout } = await place.run(["tasks"]);
    assert.match(stdout, /^t1 +in doubt/m);
    assert.match(stdout, /agent-core tasks fail t1/);
    const failed = await place.run(["tasks", "fail", "t1"]);
    assert.equal(failed.code, 0);
    assert.match(failed.stdout, /at the next start/);
    await place.run(["run-detached"]);
    // This Server never had it as running: there is nothing to report.
    await eventually(async () =>
      (await list(place)).find((task) => task.task_id === "t1")?.state !== "collected"
    );
    assert.match((await place.run(["tasks", "--all"])).stdout, /^t1 +lost +failed \(nobody/m);
  });
});

Deno.test("tasks discard and tasks fail take the beginning of an id, as logs does", async () => {
  await withServer(async (place, server) => {
    await oneTask(place, server, "true");
    await place.run(["stop"]);
    {
      using journal = openJournal(join(place.dataDir, "agent.db"));
      const [row] = journal.history.recent(1);
      for (const taskId of ["same-1", "same-2", "other-1"]) {
        journal.add(row, { taskId, attempt: 1, task: {}, folder: taskId, state: "in_doubt" });
      }
      for (const taskId of ["kept-1", "kept-12"]) {
        journal.add(row, { taskId, attempt: 1, task: {}, folder: taskId, state: "undeliverable" });
      }
    }
    for (const command of [["tasks", "fail"], ["tasks", "discard"], ["logs"]]) {
      const { code, stderr } = await place.run([...command, "same"]);
      assert.equal(code, 1, command.join());
      assert.match(stderr, /several tasks.*same-2, same-1/i, command.join());
      assert.match((await place.run([...command, "none"])).stderr, /There is no task none/);
    }
    const failed = await place.run(["tasks", "fail", "oth"]);
    assert.equal(failed.code, 0, failed.stderr);
    assert.match(failed.stdout, /other-1/);
    // A whole id is meant although another one begins so.
    const discarded = await place.run(["tasks", "discard", "kept-1"]);
    assert.equal(discarded.code, 0, discarded.stderr);
    const states = new Map((await list(place)).map((task) => [task.task_id, task]));
    assert.equal(states.get("other-1")?.state, "collected");
    assert.equal(states.get("kept-12")?.discarded, false);
  });
});

Deno.test("nothing that a name holds steers the terminal", async () => {
  await withServer(async (place, server) => {
    await oneTask(place, server, "true");
    await place.run(["stop"]);
    {
      using journal = openJournal(join(place.dataDir, "agent.db"));
      const [row] = journal.history.recent(1);
      journal.add(row, {
        taskId: "\x1b[2Jevil",
        attempt: 1,
        state: "delivered",
        task: {},
        folder: "evil",
      });
    }
    const { output } = await place.type(["tasks"], []);
    assert.match(output, /^evil/m);
    assert.doesNotMatch(output, ANSI);
  });
});

Deno.test("an agent brings the journal of an older one to the new format when it starts", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    await Deno.mkdir(place.dataDir);
    const path = join(place.dataDir, "agent.db");
    makeOldJournal(path, { tasks: 3, endedAt: Date.now() - 60_000 });
    const before = await place.run(["tasks"]);
    assert.equal(before.code, 1);
    assert.match(before.stderr, /was written by an older agent-core/);
    assert.equal((await place.run(["run-detached"])).code, 0);
    assert.deepEqual((await list(place)).map((task) => task.task_id), ["t3", "t2", "t1"]);
    const db = new DatabaseSync(path, { readOnly: true });
    assert.equal(db.prepare("PRAGMA auto_vacuum").get()?.auto_vacuum, 2);
    db.close();
  });
});

function markUndeliverable(place: Place, id: string): void {
  change(place, id, "undeliverable");
}

function change(
  place: Place,
  id: string,
  state: "undeliverable" | "reporting" | "running" | "delivered",
) {
  using journal = openJournal(join(place.dataDir, "agent.db"));
  journal.update(journal.history.find(id)[0].id, { state, discarded: false });
}
