import assert from "node:assert/strict";

import { TEST_ENGINE } from "../../support/engine_kind.ts";
import { startPrivateEngine } from "../../support/private_engine.ts";
import type { Engine } from "../../../src/docker/mod.ts";
import { TEST_IMAGE, testEngine } from "../../support/engine.ts";
import { post } from "../../support/raw_engine.ts";
import { countRuns, type Work } from "../invariants.ts";
import { createLab, type Lab, until } from "./lab.ts";
import type { Ledger } from "./ledger.ts";

/** What a container that noted itself once has done so far. */
async function hasBegun(lab: Lab, work: Work): Promise<boolean> {
  return await countRuns(lab.world, work) > 0;
}

/** The full id or name of a work's container. */
function containerOf(work: Work): string {
  return `open-aaas-task-${work.task.id}`;
}

/** The engine is stopped or killed around the writes that its containers stand between. */
export async function restartEngine(
  ledger: Ledger,
  { liveRestore }: { readonly liveRestore: boolean },
): Promise<void> {
  await using engine = await startPrivateEngine({ liveRestore });
  await using lab = await createLab(ledger, {
    engine: { host: engine.host, connection: await engine.connect() },
  });
  const agent = await lab.start();
  const kind = liveRestore ? "engine restarts (live-restore)" : "engine restarts";
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const point of ["before created", "after created", "after running", "before exited"]) {
      const work = await lab.submit(`${signal}-${point}`.replaceAll(" ", "-"), {
        script: [`hold ${point}`],
        seconds: point === "after running" ? 2 : 0,
      });
      await lab.atHold(work, async () => {
        await engine.stop(signal);
        await engine.start();
        ledger.fault(kind);
      });
      await lab.world.ended(work.task);
    }
    const work = await lab.submit(`${signal}-away`, { seconds: 3 });
    await until(() => hasBegun(lab, work), "the container to begin");
    // An engine that goes down over the start itself has lost the run: another fault than this one.
    await agent.logged((line) =>
      line.task === work.task.id && line.message === "Container started"
    );
    await engine.stop(signal);
    await lab.world.server.waitForRequest(({ call }) => call === "heartbeat", {
      timeoutMs: 60_000,
    });
    await engine.start();
    ledger.fault(kind);
    await lab.world.ended(work.task);
  }
  // A run that its engine lost is run once more; one that it kept is not. But of one that ended while
  // the engine was away, 20.10.24 throws away what nobody had read.
  // Newer ones lose its exit code, too, when their containerd goes down with them.
  const mayLose = !liveRestore || Number.parseInt(TEST_ENGINE.version) > 20;
  await lab.close({ mayRun: mayLose ? 2 : 1, mayMissWords: () => liveRestore });
}

/** What others may do to a container or to its image. */
export async function meddleWithContainers(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger);
  const { engine } = lab.world;
  await lab.start();
  await Promise.all([
    removed(lab, "removed-running", 2),
    removedAt(lab, "before running"),
    removedAt(lab, "after created"),
    removedAt(lab, "before exited"),
    paused(lab),
  ]);
  await killed(lab);
  await removedTwice(lab);
  // Podman's log is read every second: what was printed after the last reading goes with the container.
  const isCutOff = ({ name }: Work) => TEST_ENGINE.isPodman && name === "removed-before-exited";
  await lab.close({ mayRun: 2, mayMissWords: isCutOff });

  async function removed(lab: Lab, name: string, seconds: number): Promise<void> {
    const work = await lab.submit(name, { seconds });
    await until(() => hasBegun(lab, work), "the container to begin");
    await engine.removeContainer(containerOf(work), { force: true });
    ledger.fault("containers removed");
    await lab.world.ended(work.task);
  }

  async function removedAt(lab: Lab, point: string): Promise<void> {
    const work = await lab.submit(`removed ${point}`.replaceAll(" ", "-"), {
      script: [`hold ${point}`],
    });
    await lab.atHold(work, async () => {
      await engine.removeContainer(containerOf(work), { force: true });
      ledger.fault("containers removed");
    });
    await lab.world.ended(work.task);
  }

  async function paused(lab: Lab): Promise<void> {
    const work = await lab.submit("paused", { seconds: 1 });
    await until(() => hasBegun(lab, work), "the container to begin");
    await post(engine, `/containers/${containerOf(work)}/pause`);
    ledger.fault("containers paused");
    await lab.world.server.waitForRequest(({ call }) => call === "poll");
    await post(engine, `/containers/${containerOf(work)}/unpause`);
    await lab.world.ended(work.task);
  }
}

/** Somebody's SIGKILL is the container's own end: reported with its code, not run again. */
async function killed(lab: Lab): Promise<void> {
  const { world, ledger } = lab;
  const task = await world.submit("echo part > output/part; echo on >> /runs/killed; sleep 600");
  await until(async () => {
    const container = await world.engine.inspectContainer(`open-aaas-task-${task.id}`);
    return container?.state.running === true &&
      await Deno.readTextFile(`${world.folder}/runs/killed`).then(() => true, () => false);
  }, "the container to begin");
  await post(world.engine, `/containers/open-aaas-task-${task.id}/kill`);
  ledger.fault("containers killed");
  await ledger.expect("a killed container", async () => {
    const ended = await world.ended(task);
    assert.equal(ended.status, "failed");
    assert.match(ended.errorMessage ?? "", /137/);
    assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/part"]);
  });
}

/** A container that the kernel ends for its memory says so. */
export async function runOutOfMemory(ledger: Ledger): Promise<void> {
  await using lab = await createLab(ledger, { settings: { executor: { memory_limit: "16m" } } });
  const { world } = lab;
  await lab.start();
  const task = await world.submit("head -c 300m /dev/zero | tail -c 290m > /dev/null; exit $?");
  ledger.fault("containers out of memory");
  await ledger.expect("a container out of memory", async () => {
    const ended = await world.ended(task);
    assert.equal(ended.status, "failed", ended.errorMessage ?? "");
    assert.match(ended.errorMessage ?? "", /OOM/);
  });
  await lab.close();
}

/** A run that is lost twice is given up, with the files that there are. */
async function removedTwice({ world, ledger }: Lab): Promise<void> {
  const task = await world.submit(
    "echo $(ls /runs | wc -l) > output/part; echo on >> /runs/gone; sleep 600",
  );
  const name = `open-aaas-task-${task.id}`;
  for (const times of [1, 2]) {
    await until(async () => {
      const notes = await Deno.readTextFile(`${world.folder}/runs/gone`).catch(() => "");
      return notes.split("\n").length - 1 === times;
    }, "the container to begin");
    await world.engine.removeContainer(name, { force: true });
    ledger.fault("containers removed");
  }
  await ledger.expect("a task that was lost twice", async () => {
    const ended = await world.ended(task);
    assert.equal(ended.status, "failed");
    assert.match(ended.errorMessage ?? "", /twice/);
    assert.deepEqual([...(await world.outputs(task.id)).keys()], ["output/part"]);
  });
}

/** Without its image no task is taken; once it is back, work goes on. */
export async function removeImage(ledger: Ledger): Promise<void> {
  const image = `agent-core-test-faults:${crypto.randomUUID().slice(0, 8)}`;
  await using connection = await testEngine();
  await tagTestImage(connection, image);
  await using lab = await createLab(ledger, { settings: { executor: { image } } });
  const agent = await lab.start();
  await connection.removeImage(image);
  ledger.fault("images removed");
  // A look at the image holds for a moment: what comes in that is taken, and waits.
  await agent.logged((line) => line.level === "warn" && line.message.includes(image));
  const work = await lab.submit("without-image");
  for (let polls = 0; polls < 3; polls++) {
    await lab.world.server.waitForRequest(({ call }) => call === "poll");
  }
  assert.equal(lab.world.server.task(work.task.id)!.status, "pending");
  await tagTestImage(connection, image);
  await lab.allEnded();
  await lab.close();
  await connection.removeImage(image);
}

async function tagTestImage(engine: Engine, image: string): Promise<void> {
  const [repo, tag] = image.split(":");
  await post(engine, `/images/${TEST_IMAGE}/tag?repo=${repo}&tag=${tag}`);
}
