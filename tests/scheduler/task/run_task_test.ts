import assert from "node:assert/strict";
import { join } from "@std/path";

import type { Config } from "../../../src/config/mod.ts";
import type { MemoryProgram } from "../../../src/executor/memory/memory_container.ts";
import { MemoryEngine } from "../../../src/executor/memory/memory_engine.ts";
import {
  MemoryExecutor,
  type MemoryExecutorOptions,
} from "../../../src/executor/memory/memory_executor.ts";
import { type AttemptRow, type Journal, openJournal } from "../../../src/journal/mod.ts";
import { SILENT } from "../../../src/log/mod.ts";
import { Attempt } from "../../../src/scheduler/task/attempt.ts";
import { SHUTDOWN } from "../../../src/scheduler/task/interruption.ts";
import { takeDeliveredBack } from "../../../src/scheduler/task/reclaim.ts";
import { problemOf } from "../../../src/scheduler/task/report.ts";
import { runTask } from "../../../src/scheduler/task/run_task.ts";
import { createUploader } from "../../../src/uploader/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "../../../src/util/mod.ts";
import { testConfig } from "../../executor/helpers.ts";
import type { FaultEffect } from "../../../src/devserver/faults.ts";
import { type Stage, withServer } from "../../server/with_server.ts";
import { TEST_IMAGE } from "../../support/engine.ts";

// The life of a task on an engine in memory, with a real journal and a real Server.

interface Life {
  readonly stage: Stage;
  readonly journal: Journal;
  readonly engine: MemoryEngine;
  readonly attempt: Attempt;
  readonly taskId: string;
  /** Every state that was written down, in order, and what it was after each attempt's end. */
  readonly states: string[];
  readonly row: () => AttemptRow;
  /** Resolves when it stands so in the journal. */
  readonly reached: (state: AttemptRow["state"]) => Promise<void>;
  /** Ends the agent's process, and gives what the next one goes on with. */
  readonly restart: () => Attempt;
}

interface LifeOptions {
  readonly program?: MemoryProgram;
  readonly timeoutMinutes?: number;
  readonly gpu?: Config["executor"]["gpu"];
  readonly clock?: Clock;
  readonly executor?: (options: MemoryExecutorOptions) => MemoryExecutor;
}

async function withTask(options: LifeOptions, body: (life: Life) => Promise<void>): Promise<void> {
  const {
    program,
    timeoutMinutes = 0,
    gpu,
    clock = SYSTEM_CLOCK,
    executor = (of) => new MemoryExecutor(of),
  } = options;
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-" });
  await using stage = await withServer();
  using journal = openJournal(join(dataDir, "agent.db"));
  try {
    await Deno.mkdir(join(dataDir, "logs"));
    const { server, client, serviceId, signal } = stage;
    const owner = { baseUrl: server.url, serviceId };
    await server.submit({ serviceId, prompt: "go", files: [{ name: "in.csv", content: "1,2" }] });
    const { task } = await client.poll({ currentLoad: 0, availableCapacity: 1 }, signal);
    const taskId = task!.id!;
    const engine = new MemoryEngine({ images: { [TEST_IMAGE]: program }, clock });
    const config = testConfig(dataDir, { executor: { timeoutMinutes, gpu } });
    const states: string[] = [];
    const row = journal.add(owner, {
      taskId,
      attempt: 1,
      state: "accepting",
      task: task!.raw,
      folder: taskId,
    });
    const deps = {
      config,
      owner,
      journal,
      server: client,
      executor: executor({ config, engine, agentId: "mine" }),
      uploader: createUploader({ server: client, log: SILENT, clock }),
      log: SILENT,
      clock,
      lang: "en" as const,
      onProgress: ({ state }: AttemptRow) => {
        if (states.at(-1) !== state) states.push(state);
      },
    };
    const shutdown = new AbortController();
    const attempt = new Attempt(row, deps, { shutdown: shutdown.signal, resumed: false });
    const latest = () => journal.latest(owner, taskId)!;
    await body({
      stage,
      journal,
      engine,
      attempt,
      taskId,
      states,
      row: latest,
      async reached(state) {
        while (latest().state !== state) await new Promise((resolve) => setTimeout(resolve, 5));
      },
      restart() {
        shutdown.abort(SHUTDOWN);
        return new Attempt(latest(), deps, { shutdown: signal, resumed: true });
      },
    });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Answers with what it was given. */
const answer: MemoryProgram = async ({ workspace, stdout }) => {
  stdout("working\n");
  await Deno.mkdir(join(workspace, "output"), { recursive: true });
  const [input] = Deno.readDirSync(join(workspace, "input"));
  await Deno.copyFile(join(workspace, "input", input.name), join(workspace, "output", "out.csv"));
  return 0;
};

const untilAsked: MemoryProgram = ({ signal }) =>
  new Promise((_, reject) => signal.onabort = () => reject(signal.reason));

/** Ends well as soon as it is asked to. */
const leave: MemoryProgram = ({ signal }) =>
  new Promise((resolve) => signal.onabort = () => resolve(0));

Deno.test("a task goes through its states in order, and its files and report arrive", () =>
  withTask({ program: answer }, async ({ stage, engine, attempt, taskId, states }) => {
    await runTask(attempt);
    assert.deepEqual(states, [
      "accepted",
      "prepared",
      "created",
      "running",
      "exited",
      "collected",
      "reporting",
      "delivered",
    ]);
    const [file] = stage.server.files(taskId).filter(({ name }) => name === "output/out.csv");
    assert.equal(new TextDecoder().decode(await stage.server.fileBytes(file.id)), "1,2");
    const { status, output } = stage.server.task(taskId)!;
    assert.equal(status, "completed");
    assert.deepEqual(output, {
      file_ids: [file.id],
      files: ["output/out.csv"],
      stdout: "working\n",
    });
    assert.equal(engine.containers.length, 0, "its container is gone");
  }));

Deno.test("a cancel ends the container and is reported", () =>
  withTask({ program: untilAsked }, async ({ stage, attempt, taskId, states, row, reached }) => {
    const done = runTask(attempt);
    await reached("running");
    attempt.cancel();
    await done;
    assert.deepEqual(states.slice(-3), ["running", "collected", "delivered"]);
    assert.equal(row().report?.status, "cancelled");
    assert.notEqual(stage.server.task(taskId)!.status, "running");
  }));

/** Clocks by which a minute takes no time, the one on the wall as far ahead as is said for each. Milliseconds. */
function quickClock(ahead: (now: number) => number = () => 0): Clock {
  let now = 0;
  return {
    ...SYSTEM_CLOCK,
    now: () => now,
    wall: () => 1_800_000_000_000 + now + ahead(now),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

Deno.test("a task whose time is over is stopped and reported as failed", () => {
  const clock = quickClock();
  const options = { program: untilAsked, timeoutMinutes: 60, clock };
  return withTask(options, async ({ stage, attempt, taskId, row }) => {
    await runTask(attempt);
    assert.equal(row().endedBy, "timeout");
    assert.equal(row().exitCode, 143);
    assert.ok(clock.now() > 3_599_000 && clock.now() < 3_700_000, `${clock.now()} ms`);
    const { status, errorMessage } = stage.server.task(taskId)!;
    assert.equal(status, "failed");
    assert.match(errorMessage!, /60 minutes/);
    // The report may be made after another start, with another limit.
    const changed = testConfig("/nowhere", { executor: { timeoutMinutes: 5 } });
    assert.match(problemOf(row(), changed)!.en, /60 minutes/);
  });
});

Deno.test("a program that leaves with 0 when its time is over has no result for that", () => {
  const options = { program: leave, timeoutMinutes: 60, clock: quickClock() };
  return withTask(options, async ({ stage, attempt, taskId, row }) => {
    await runTask(attempt);
    assert.equal(row().endedBy, "timeout");
    assert.equal(row().exitCode, 0);
    assert.equal(stage.server.task(taskId)!.status, "failed");
  });
});

Deno.test("a run that was stopped for its time has had it, though the wall clock was set back meanwhile", async () => {
  for (const program of [untilAsked, leave]) {
    const clock = quickClock((now) => now < 1_800_000 ? 0 : -3_600_000);
    const options = { program, timeoutMinutes: 60, clock };
    await withTask(options, async ({ stage, attempt, taskId, row }) => {
      await runTask(attempt);
      assert.equal(row().endedBy, "timeout");
      assert.equal(stage.server.task(taskId)!.status, "failed");
    });
  }
});

/** An engine that answers nobody about a run until it is back. */
class OutageExecutor extends MemoryExecutor {
  readonly #untilBack: () => Promise<void>;

  constructor(options: MemoryExecutorOptions, untilBack: () => Promise<void>) {
    super(options);
    this.#untilBack = untilBack;
  }

  override async status(...args: Parameters<MemoryExecutor["status"]>) {
    await this.#untilBack();
    return await super.status(...args);
  }

  override async wait(...args: Parameters<MemoryExecutor["wait"]>) {
    await this.#untilBack();
    return await super.wait(...args);
  }

  override async stop(...args: Parameters<MemoryExecutor["stop"]>) {
    await this.#untilBack();
    await super.stop(...args);
  }
}

Deno.test("a run that ended in time while the engine was away keeps its own end", () => {
  const clock = quickClock();
  const until = (minutes: number) => async () => {
    while (clock.now() < minutes * 60_000) await clock.sleep(1_000);
  };
  const program = () => until(10)().then(() => 0);
  const executor = (of: MemoryExecutorOptions) => new OutageExecutor(of, until(70));
  const options = { program, timeoutMinutes: 60, clock, executor };
  return withTask(options, async ({ stage, attempt, taskId, row }) => {
    await runTask(attempt);
    assert.equal(row().endedBy, "itself");
    assert.equal(stage.server.task(taskId)!.status, "completed");
  });
});

/** An engine that gives the end of no output until it is let to. */
class MuteExecutor extends MemoryExecutor {
  readonly ended = Promise.withResolvers<void>();
  readonly letGo = Promise.withResolvers<void>();

  override async wait(...args: Parameters<MemoryExecutor["wait"]>) {
    const end = await super.wait(...args);
    // Those who wait for it are told first.
    setTimeout(this.ended.resolve);
    return end;
  }

  override async log(...args: Parameters<MemoryExecutor["log"]>) {
    await this.letGo.promise;
    await super.log(...args);
  }
}

/** A task that has ended, while the end of its output is waited for. */
function withMuteRun(body: (life: Life, executor: MuteExecutor) => Promise<void>): Promise<void> {
  let mute: MuteExecutor;
  const executor = (of: MemoryExecutorOptions) => mute = new MuteExecutor(of);
  // Nobody stops waiting for that.
  const clock: Clock = { ...SYSTEM_CLOCK, after: () => () => {} };
  return withTask({ program: answer, executor, clock }, async (life) => {
    const done = runTask(life.attempt);
    await mute.ended.promise;
    await body(life, mute);
    await done;
  });
}

Deno.test("a cancel is heard while the end of the output is waited for", () =>
  withMuteRun(async ({ attempt, row, reached }, executor) => {
    attempt.cancel();
    await reached("delivered");
    assert.equal(row().report?.status, "cancelled");
    executor.letGo.resolve();
  }));

Deno.test("a run that has ended by itself is not stopped for the disk while its output is waited for", async () => {
  await withMuteRun(async ({ attempt, row, reached, stage, taskId }, executor) => {
    attempt.makeRoom();
    executor.letGo.resolve();
    await reached("delivered");
    assert.equal(row().endedBy, "itself");
    assert.equal(stage.server.task(taskId)!.status, "completed");
  });
});

/** The clocks of a machine on which any time can pass at once while no agent runs. */
function machineClock() {
  let [passed, set] = [0, 0];
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    wall: () => SYSTEM_CLOCK.wall() + passed + set,
    uptime: () => 5_000_000 + passed,
  };
  return {
    clock,
    pass: (minutes: number) => void (passed += minutes * 60_000),
    /** Somebody sets the wall clock. */
    set: (minutes: number) => void (set += minutes * 60_000),
  };
}

Deno.test("a run that ended in time while the agent was away keeps its own end, however long ago", () => {
  const { clock, pass } = machineClock();
  // An engine takes longer to answer than a look at the clock does.
  const executor = (of: MemoryExecutorOptions) => new OutageExecutor(of, () => clock.sleep(20));
  const options = { program: untilAsked, timeoutMinutes: 60, clock, executor };
  return withTask(options, async ({ stage, engine, attempt, taskId, row, reached, restart }) => {
    const done = runTask(attempt);
    await reached("running");
    const next = restart();
    await done;
    pass(30);
    // By its code alone the agent could have ended it, too.
    engine.containers[0].kill({ oomKilled: true });
    pass(600);
    await runTask(next);
    assert.equal(row().endedBy, "itself");
    assert.equal(row().exitCode, 137);
    assert.match(stage.server.task(taskId)!.errorMessage!, /memory/);
  });
});

Deno.test("a run whose time went by while the agent was away is stopped at once", () => {
  const { clock, pass } = machineClock();
  const options = { program: leave, timeoutMinutes: 60, clock };
  return withTask(options, async ({ stage, attempt, taskId, row, reached, restart }) => {
    const done = runTask(attempt);
    await reached("running");
    const next = restart();
    await done;
    pass(61);
    await runTask(next);
    assert.equal(row().endedBy, "timeout");
    assert.equal(stage.server.task(taskId)!.status, "failed");
  });
});

Deno.test("a wall clock that was set while the agent was away does not take a run's time from it", () => {
  const { clock, pass, set } = machineClock();
  const end = Promise.withResolvers<number>();
  const program: MemoryProgram = ({ signal }) => {
    signal.onabort = () => end.reject(signal.reason);
    return end.promise;
  };
  const options = { program, timeoutMinutes: 60, clock };
  return withTask(options, async ({ stage, attempt, taskId, row, reached, restart }) => {
    const done = runTask(attempt);
    await reached("running");
    const next = restart();
    await done;
    pass(1);
    set(600);
    const goneOn = runTask(next);
    await clock.sleep(50);
    end.resolve(0);
    await goneOn;
    assert.equal(row().endedBy, "itself");
    assert.equal(stage.server.task(taskId)!.status, "completed");
  });
});

Deno.test("when a run began is known by the uptime, too, even if nobody heard that it had begun", () => {
  const { clock, pass } = machineClock();
  return withTask(
    { program: untilAsked, clock },
    async ({ engine, attempt, journal, row, reached, restart }) => {
      const done = runTask(attempt);
      await reached("running");
      assert.equal(row().startedUp, 5_000_000);
      journal.update(row().id, { state: "created", startedAt: null, startedUp: null });
      const next = restart();
      await done;
      pass(10);
      const goneOn = runTask(next);
      await reached("running");
      const { startedUp } = row();
      assert.ok(startedUp! > 4_990_000 && startedUp! <= 5_000_000, `${startedUp} ms`);
      engine.containers[0].kill();
      await goneOn;
    },
  );
});

Deno.test("a run of which nobody heard that it had begun has not begun before it was prepared", () => {
  const { clock, pass, set } = machineClock();
  let life: Life | undefined;
  let prepared: number | null | undefined;
  const executor = (of: MemoryExecutorOptions) => {
    const memory = new MemoryExecutor(of);
    const create = memory.create.bind(memory);
    memory.create = (...args) => {
      prepared = life!.row().startedUp;
      return create(...args);
    };
    return memory;
  };
  return withTask({ program: untilAsked, clock, executor }, async (of) => {
    const { engine, attempt, journal, row, reached, restart } = life = of;
    const done = runTask(attempt);
    await reached("running");
    assert.equal(prepared, 5_000_000);
    journal.update(row().id, { state: "created", startedAt: null });
    const next = restart();
    await done;
    pass(10);
    set(600);
    const goneOn = runTask(next);
    await reached("running");
    assert.equal(row().startedUp, 5_000_000);
    engine.containers[0].kill();
    await goneOn;
  });
});

Deno.test("a run that the engine loses is made once more, and a second loss is reported", () =>
  withTask({ program: untilAsked }, async ({ stage, engine, attempt, taskId, states, row }) => {
    const done = runTask(attempt);
    for (let losses = 0; losses < 2; losses++) {
      while (row().state !== "running" || row().losses !== losses) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      engine.restart();
    }
    await done;
    assert.equal(row().attempt, 2);
    assert.equal(row().endedBy, "lost");
    assert.equal(states.filter((state) => state === "running").length, 2);
    assert.equal(stage.server.task(taskId)!.status, "failed");
  }));

Deno.test("a task that another agent has is neither run nor reported", () =>
  withTask({ program: answer }, async ({ stage, engine, attempt, taskId, row }) => {
    await stage.client.accept(taskId, stage.signal);
    await runTask(attempt);
    assert.equal(row().state, "in_doubt");
    assert.equal(await attempt.accepted.promise, false);
    assert.equal(engine.containers.length, 0);
    assert.equal(stage.server.task(taskId)!.status, "running");
  }));

/** The Server hears nothing of the agent for too long, and takes its tasks back. */
async function handBack({ client, server, signal }: Stage): Promise<void> {
  const load = { currentLoad: 0, availableCapacity: 1 };
  await client.heartbeat({ status: "online", capacity: 1, ...load }, signal);
  server.set({ offlineAfterMs: -1 });
  server.sweep();
  server.set({ offlineAfterMs: 60_000 });
}

/** What the second of two gets when a question comes twice on its way. */
const REFUSED = JSON.stringify({ error: "BadRequest", message: "not pending" });
/** The Server gives a task to who asks for it, and the asker does not hear that. */
const UNHEARD: readonly FaultEffect[] = [
  { kind: "cut", at: "acted" },
  { kind: "answer", status: 400, body: REFUSED, acts: true },
];

Deno.test("a result arrives though nobody heard that its task is held again", async () => {
  for (const effect of UNHEARD) {
    let stage: Stage | undefined;
    const program: MemoryProgram = async (task) => {
      await handBack(stage!);
      stage!.server.faults.inject({ call: "accept", effect });
      return await answer(task);
    };
    await withTask({ program }, async (life) => {
      stage = life.stage;
      await runTask(life.attempt);
      assert.equal(life.row().state, "delivered");
      const task = stage.server.task(life.taskId)!;
      assert.deepEqual(task.history.map(({ status }) => status), [
        "pending",
        "running",
        "pending",
        "running",
        "completed",
      ]);
    });
  }
});

Deno.test("a task that a Server's backup has handed out is sent again though nobody heard that it is held", async () => {
  for (const effect of UNHEARD) {
    await withTask({ program: answer }, async ({ stage, attempt, taskId, row, restart }) => {
      const { server, signal } = stage;
      const backup = server.snapshot();
      await runTask(attempt);
      assert.equal(row().state, "delivered");
      server.restore(backup);
      server.faults.inject({ call: "accept", effect });
      await takeDeliveredBack(attempt.deps, row(), signal);
      await runTask(restart());
      assert.equal(row().state, "delivered");
      assert.equal(server.task(taskId)!.status, "completed");
      const sent = server.files(taskId).filter(({ createdBy }) => createdBy === "agent");
      assert.equal(sent.length, 1);
    });
  }
});

Deno.test("what is handed out once more and belongs to nobody any more stays as it was", async () => {
  for (const state of ["delivered", "undeliverable"] as const) {
    await withTask({ program: answer }, async ({ stage, attempt, row, restart }) => {
      await runTask(attempt);
      attempt.update({ state, completeUnanswered: false });
      await takeDeliveredBack(attempt.deps, row(), stage.signal);
      await runTask(restart());
      assert.equal(row().state, state);
    });
  }
});

Deno.test("files that a Server has lost while it was out of sight are sent again before the report", async () => {
  for (const [call, nth] of [["complete", 1], ["upload", 2]] as const) {
    let stage: Stage | undefined;
    const program: MemoryProgram = async (task) => {
      const { server } = stage!;
      const backup = server.snapshot();
      let seen = 0;
      const setBack = () => {
        if (++seen < nth) return false;
        server.restore(backup);
        return true;
      };
      server.faults.inject({ call, when: setBack, effect: { kind: "cut", at: "start" } });
      await Deno.writeTextFile(join(task.workspace, "second.txt"), "2");
      return await answer(task);
    };
    await withTask({ program }, async (life) => {
      stage = life.stage;
      const { server } = stage;
      await runTask(life.attempt);
      const { status, output } = server.task(life.taskId)!;
      assert.equal(status, "completed");
      const there = server.files(life.taskId).filter(({ createdBy }) => createdBy === "agent");
      assert.deepEqual(there.map(({ id }) => id).sort(), [...output!.file_ids as string[]].sort());
      assert.equal(there.length, 2, `the Server was out of sight for the ${call}`);
    });
  }
});

Deno.test("a task that was accepted before GPUs were leased waits for one of its own", () => {
  const gpu = { vendor: "nvidia", devices: ["GPU-a"], perTask: 1, tasksPerGpu: 1 } as const;
  return withTask({ gpu, program: answer }, async ({ attempt, journal, row, reached, states }) => {
    const { baseUrl, serviceId } = row();
    const other = journal.add({ baseUrl, serviceId }, {
      taskId: "other",
      attempt: 1,
      state: "running",
      task: {},
      folder: "other",
      gpus: ["GPU-a"],
    });
    const ended = runTask(attempt);
    await reached("prepared");
    while (!attempt.obstacle) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(attempt.obstacle.en, /No GPU is free/);
    assert.equal(row().gpus, null);
    // As one that had another, which is taken out since.
    attempt.update({ gpus: ["GPU-gone"] });
    journal.update(other.id, { state: "delivered" });
    await ended;
    assert.deepEqual(row().gpus, ["GPU-a"]);
    assert.equal(states.at(-1), "delivered");
  });
});
