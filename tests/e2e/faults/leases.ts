import assert from "node:assert/strict";
import { join } from "@std/path";

import { effect } from "../../support/effects.ts";
import { readJournal } from "../../../src/journal/mod.ts";
import type { AgentProcess } from "../agent_process.ts";
import { countRuns, type Work } from "../invariants.ts";
import type { World } from "../world.ts";
import { createLab, type Lab, until } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

const AGED_MS = 70_000;

function begins(lab: Lab, work: Work): Promise<void> {
  return until(async () => await countRuns(lab.world, work) > 0, `${work.name} to begin`);
}

/** The Server is away for so long that it hands the tasks back; the agent takes them back by id. */
export async function silence(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const agent = await lab.start();
  const work = await lab.submit("silence", { seconds: 60 });
  await begins(lab, work);
  await lab.world.server.restart({ downMs: 52_000, agedMs: 20_000 });
  ledger.fault("silences");
  await agent.logged(({ task, message }) => task === work.task.id && /again|back/.test(message));
  await lab.allEnded();
  await lab.close();
}

/** Two heartbeats in a row that hang: the lease, 60 s without one, is kept all the same. */
export async function loseHeartbeats(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  await lab.start();
  const work = await lab.submit("lost-heartbeats", { seconds: 50 });
  await begins(lab, work);
  server.faults.inject({ call: "heartbeat", effect: effect.hang("start"), times: 2 });
  await until(() => server.faults.injected >= 2, "two heartbeats to hang");
  ledger.fault("lost heartbeats", 2);
  await lab.allEnded();
  await ledger.expect(
    "the lease of a task whose heartbeats were lost",
    () => assert.equal(server.task(work.task.id)?.retryCount, 0),
  );
  await lab.close();
}

/** A task that the Server has given up for good is kept with its files, and hides nothing. */
export async function endElsewhere(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { world } = lab;
  await lab.start();
  const id = `given-up-${crypto.randomUUID().slice(0, 8)}`;
  const task = await world.submit(
    "echo x > output/x; while [ ! -e /runs/go ]; do sleep 0.1; done",
    [],
    {
      id,
    },
  );
  // The Server hands a task back so often and no more.
  for (let times = 0; world.server.task(id)?.status !== "failed"; times++) {
    assert.ok(times < 10, "the Server never gave the task up");
    await world.server.waitFor(id, ({ status }) => status === "running" || status === "failed");
    // Only an agent that is online can be marked offline.
    await until(() => world.server.service(world.serviceId)?.status !== "offline", "a heartbeat");
    await world.server.restart({ agedMs: AGED_MS });
    ledger.fault("leases taken away");
  }
  await ledger.expect("a task that the Server gave up", async () => {
    assert.equal((await world.ended(task)).status, "failed");
    await Deno.writeTextFile(join(world.folder, "runs", "go"), "");
    await until(() => undeliverable(id), "the result to be undeliverable");
    const kept = join(world.dataDir, "workspaces", id, "output", "x");
    assert.equal(await Deno.readTextFile(kept), "x\n");
  });
  await lab.submit("after-given-up");
  await lab.allEnded();
  await lab.close();

  function undeliverable(taskId: string): boolean {
    using journal = readJournal(join(world.dataDir, "agent.db"));
    return journal.history.unsettled().some((row) => row.taskId === taskId);
  }
}

/** A cancel while nobody can hear it, and one that the Server has carried out itself meanwhile. */
export async function cancelDuringOutage(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  await lab.start();
  for (const agedMs of [0, AGED_MS]) {
    const task = await lab.world.submit("sleep 4; echo x > output/x");
    await server.waitFor(task.id, "running");
    await server.pause();
    server.cancel(task.id);
    await server.start();
    if (agedMs > 0) await server.restart({ agedMs });
    ledger.fault("cancels in an outage");
    await ledger.expect("a cancel in an outage", async () => {
      assert.equal((await lab.world.ended(task)).status, "cancelled");
      assert.deepEqual(server.files(task.id).filter((file) => file.createdBy === "agent"), []);
    });
  }
  await lab.submit("after-cancels");
  await lab.allEnded();
  await lab.close();
}

/** The journal is lost: what runs is adopted from its labels and its task.json. */
export async function loseJournal(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { world } = lab;
  const first = await lab.start();
  const work = await lab.submit("lost-journal", { seconds: 4 });
  await begins(lab, work);
  await removeJournal(world, first);
  ledger.fault("journals lost");
  // An agent that never comes back to a task is what the Server's own sweep is for.
  await world.server.restart({ agedMs: AGED_MS });
  await lab.start();
  await lab.allEnded();
  await lab.close();
}

/**
 * The folders are lost, too, and only containers are left: their tasks end as failed, whether the
 * Server has them as running or has handed them back, and none of them runs again.
 */
export async function loseFolders(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { world } = lab;
  for (const agedMs of [0, AGED_MS]) {
    const agent = await lab.start();
    const note = `lost-folders-${agedMs}`;
    const { id } = await world.submit(`echo x >> /runs/${note}; sleep 600`);
    const notes = () => Deno.readTextFile(join(world.folder, "runs", note)).catch(() => "");
    await until(async () => await notes() !== "", `${note} to begin`);
    await removeJournal(world, agent);
    await Deno.remove(join(world.dataDir, "workspaces"), { recursive: true });
    ledger.fault("journals and folders lost");
    await world.server.restart({ agedMs });
    const next = await lab.start();
    await ledger.expect("a task of which only the container is left", async () => {
      const { status, errorMessage } = await world.ended(id, 30_000);
      assert.equal(status, "failed");
      assert.match(errorMessage ?? "", /节点丢失了这个任务的记录和文件|has lost its record/);
      await until(async () => (await world.containers()).length === 0, "its container to go");
      assert.equal(await notes(), "x\n");
    }, { agent: next, id });
    await next.leave();
  }
  await lab.close();
}

async function removeJournal({ dataDir }: World, agent: AgentProcess): Promise<void> {
  agent.kill("SIGKILL");
  await agent.exited;
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(join(dataDir, `agent.db${end}`)).catch(() => {});
  }
}

/** The Server's address is spelled in another way for a while: whose tasks are whose does not change. */
export async function respellAddress(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { server } = lab.world;
  const other = { AGENT_CORE_SERVER_BASE_URL: server.url.replace("127.0.0.1", "localhost") };
  const works = [];
  for (const env of [{}, other, {}, other, {}]) {
    const agent = await lab.start(env);
    const work = await lab.submit(`respelled-${works.length}`, { seconds: 8 });
    await begins(lab, work);
    works.push(work);
    agent.kill("SIGKILL");
    await agent.exited;
    ledger.fault("addresses respelled");
  }
  // Each address ends what was begun under it.
  for (const env of [other, {}]) {
    const agent = await lab.start(env);
    if (env !== other) break;
    await until(() => {
      using journal = readJournal(join(lab.world.dataDir, "agent.db"));
      return journal.open().every(({ baseUrl }) => baseUrl === server.url);
    }, "what is the other address's");
    agent.kill("SIGKILL");
    await agent.exited;
  }
  await lab.allEnded();
  await lab.close();
}

/** Two agents on one engine, with tasks of the same name: neither touches the other's container. */
export async function shareEngine(ledger: Ledger): Promise<void> {
  await using one = await createLab(ledger);
  await using other = await createLab(ledger);
  await one.start();
  const agent = await other.start();
  const work = await one.submit("shared", { script: ["hold after created"] });
  await one.atHold(work, async () => {
    agent.kill("SIGKILL");
    await agent.exited;
    await other.start();
    ledger.fault("tasks of the same name");
    const twin = await other.world.submit("true", [], { id: work.task.id });
    await ledger.expect("a task whose container's name is another agent's", async () => {
      const { status, errorMessage } = await other.world.ended(twin);
      assert.equal(status, "failed");
      assert.match(errorMessage ?? "", new RegExp(work.task.id));
    });
  });
  await one.allEnded();
  await one.close();
  await other.close();
}
