/**
 * What agent-core costs, next to the bare engine in the same run: `deno task bench [PART …]`.
 * Machines differ and are shared: only the ratios mean something elsewhere.
 */
import { join } from "@std/path";

import type { DevTask } from "../src/devserver/mod.ts";
import type { AgentProcess, AgentStart } from "../tests/e2e/agent_process.ts";
import { createWorld, type World, type WorldOptions } from "../tests/e2e/world.ts";
import { compileProgram } from "../tests/support/compiled.ts";
import { engineAlone } from "./engine_alone.ts";
import { figure, median, memory, seconds } from "./figures.ts";

const UNLIMITED = { env: { AGENT_CORE_REQUESTS_PER_MINUTE: "0" } };
const NOTHING = "true";

async function withAgent(
  options: WorldOptions,
  start: AgentStart,
  body: (world: World, agent: AgentProcess) => Promise<void>,
): Promise<void> {
  await using world = await createWorld(options);
  const agent = await world.startAgent(start);
  await body(world, agent);
  agent.kill("SIGTERM");
  await agent.exited;
}

async function submitMany(world: World, count: number, script = NOTHING): Promise<DevTask[]> {
  const tasks = [];
  for (let n = 0; n < count; n++) tasks.push(await world.submit(script));
  return tasks;
}

const allEnded = (world: World, tasks: readonly DevTask[]) =>
  Promise.all(tasks.map((task) => world.ended(task, 600_000)));

/** Milliseconds from the accept of a task to the end of its completion, as the Server saw them. */
function took(world: World, taskId: string): number {
  const ofTask = world.server.requests.filter((request) => request.taskId === taskId);
  const accept = ofTask.find((request) => request.call === "accept")!;
  return world.server.task(taskId)!.completedAt! - accept.time;
}

/** The time that agent-core adds to one task. */
async function overhead(): Promise<void> {
  await withAgent({ server: { ratePerMinute: Infinity } }, UNLIMITED, async (world) => {
    const bare = await engineAlone(world);
    const alone: number[] = [];
    const whole: number[] = [];
    for (let n = 0; n < 25; n++) {
      alone.push(await seconds(() => bare.run()) * 1000);
      const task = await world.submit(NOTHING);
      await world.ended(task);
      whole.push(took(world, task.id));
    }
    const added = median(whole) - median(alone);
    const ratio = added / median(alone);
    console.log(
      `      one task ${median(whole).toFixed(0)} ms, the container alone ${
        median(alone).toFixed(0)
      } ms`,
    );
    figure("added to a task, in ms", added.toFixed(0), "< 50", added < 50);
    figure(
      "added to a task, of the container alone",
      `${(ratio * 100).toFixed(0)} %`,
      "< 10 %",
      ratio < 0.1,
    );
  });
}

/** Tasks a minute, 50 queued, 8 at a time, against a Server without a rate limit. */
async function throughput(): Promise<void> {
  const options = {
    settings: { executor: { capacity: 8 } },
    server: { ratePerMinute: Infinity },
  };
  await withAgent(options, UNLIMITED, async (world) => {
    const bare = await engineAlone(world);
    const ratios: number[] = [];
    for (let round = 0; round < 3; round++) {
      const alone = await seconds(() => bare.runMany(50, 8));
      const tasks = await submitMany(world, 50);
      const begin = Date.now();
      const ended = await allEnded(world, tasks);
      const whole = (Math.max(...ended.map((task) => task.completedAt!)) - begin) / 1000;
      console.log(
        `      50 tasks in ${whole.toFixed(1)} s, the engine alone in ${alone.toFixed(1)} s`,
      );
      ratios.push(alone / whole);
    }
    const ratio = median(ratios);
    figure(
      "tasks a minute, of what the engine alone does",
      `${(ratio * 100).toFixed(0)} %`,
      ">= 90 %",
      ratio >= 0.9,
    );
  });
}

/**
 * The same with the Server's 150 requests a minute, in two of the minutes in which the queue never ends.
 * A task without files takes 3 requests: poll, accept, complete.
 */
async function rateLimited(): Promise<void> {
  const settings = { executor: { capacity: 8, custom_args: ["-c", NOTHING] } };
  await withAgent({ settings }, {}, async ({ server, serviceId }) => {
    for (let n = 0; n < 250; n++) await server.submit({ serviceId, prompt: "nothing" });
    const [from, to] = [Date.now() + 60_000, Date.now() + 180_000];
    await new Promise((resolve) => setTimeout(resolve, to - Date.now()));
    const done = server.tasks().filter(({ completedAt }) =>
      completedAt !== null && completedAt >= from && completedAt < to
    ).length;
    const refused = server.requests.filter((request) =>
      request.status === 429
    ).length;
    console.log(`      ${done} tasks in 2 minutes, ${refused} requests refused`);
    const ratio = done / (2 * 150 / 3);
    figure(
      "tasks, of what 150 requests a minute allow",
      `${(ratio * 100).toFixed(0)} %`,
      ">= 90 %",
      ratio >= 0.9,
    );
  });
}

/** How soon 8 queued tasks run, with the default poll interval. */
async function burst(): Promise<void> {
  const settings = { executor: { capacity: 8 }, server: { poll_interval_secs: 5 } };
  await withAgent({ settings }, {}, async (world, agent) => {
    const begin = Date.now();
    const tasks = await submitMany(world, 8, "sleep 3");
    const starts = await Promise.all(
      tasks.map((task) =>
        agent.logged((line) => line.task === task.id && line.message === "Container started")
      ),
    );
    const last = (Math.max(...starts.map(({ time }) => Date.parse(time))) - begin) / 1000;
    await allEnded(world, tasks);
    figure(
      "seconds until 8 queued tasks run (poll interval 5 s)",
      last.toFixed(1),
      "< 3",
      last < 3,
    );
  });
}

/** Seconds from submit to done: for an agent that was idle, and for one that is in use. */
async function latency(): Promise<void> {
  const settings = { server: { poll_interval_secs: 5 } };
  await withAgent({ settings }, UNLIMITED, async (world) => {
    const one = async () => {
      const { createdAt, id } = await world.submit(NOTHING);
      return ((await world.ended(id)).completedAt! - createdAt) / 1000;
    };
    const idle: number[] = [];
    // A first task of an idle agent: each waits for the minute of livelier polling to be over.
    for (let n = 0; n < 3; n++) {
      await new Promise((resolve) => setTimeout(resolve, n === 0 ? 7_000 : 61_000 + 1_700 * n));
      idle.push(await one());
    }
    const busy: number[] = [];
    for (let n = 0; n < 10; n++) {
      await new Promise((resolve) => setTimeout(resolve, 137 * n));
      busy.push(await one());
    }
    figure(
      "seconds from submit to done, idle agent (median)",
      median(idle).toFixed(1),
      "< 3",
      median(idle) < 3,
    );
    figure(
      "seconds from submit to done, agent in use (median)",
      median(busy).toFixed(2),
      "< 1.2",
      median(busy) < 1.2,
    );
  });
}

/** Memory: idle, with 8 tasks, with 1 GB up and down, and while a task prints 1 GB. */
async function flatMemory(): Promise<void> {
  await using folder = await compiled();
  // The first start from source translates every file, which takes memory of its own.
  await withAgent({}, UNLIMITED, () => Promise.resolve());
  await memoryOf("from source", UNLIMITED);
  await memoryOf("compiled", { ...UNLIMITED, program: folder.program });
}

async function memoryOf(kind: string, start: AgentStart): Promise<void> {
  const gigabyte = 2 ** 30;
  const options = {
    settings: {
      executor: { capacity: 8 },
      outputs: { max_file_size: "4g", max_total_size: "8g" },
    },
    server: { maxUploadBytes: 2 * gigabyte, requestTimeoutMs: 600_000 },
  };
  await withAgent(options, start, async (world, { pid }) => {
    const show = async (what: string, key: "VmRSS" | "VmHWM", goal: number) => {
      const megabytes = await memory(pid, key);
      figure(`MB ${what}, ${kind}`, megabytes.toFixed(0), `< ${goal}`, megabytes < goal);
    };
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await show("when idle", "VmRSS", 55);
    const tasks = await submitMany(world, 8, "sleep 8");
    await Promise.all(tasks.map((task) => world.server.waitFor(task.id, "running")));
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await show("with 8 tasks running", "VmRSS", 65);
    await allEnded(world, tasks);
    const block = new Uint8Array(65_536);
    let left = gigabyte / block.length;
    const content = new ReadableStream<Uint8Array>({
      pull: (controller) => left-- > 0 ? controller.enqueue(block.slice()) : controller.close(),
    });
    const big = await world.submit("cp input/02-big output/big", [{ name: "big", content }]);
    const upDown = await world.ended(big, 600_000);
    if (upDown.status !== "completed") throw new Error(String(upDown.errorMessage));
    await show("at most, 1 GB file down and up", "VmHWM", 120);
    const loud = await world.submit("yes 'a line of some length for the log' | head -c 1073741824");
    await world.ended(loud, 600_000);
    await show("at most, a task prints 1 GB", "VmHWM", 120);
  });
}

/** Start-up of the compiled program, next to an empty one that was compiled in the same way. */
async function startUp(): Promise<void> {
  await using folder = await compiled();
  const { program, path } = folder;
  await Deno.writeTextFile(join(path, "empty.ts"), "");
  await compileProgram({ output: join(path, "empty"), file: join(path, "empty.ts") });
  const run = async (file: string, ...args: string[]) => {
    const command = new Deno.Command(file, { args, cwd: path, stdout: "null", stderr: "null" });
    return await seconds(() => command.output()) * 1000;
  };
  await run(program, "init");
  const times: Record<string, number[]> = { empty: [], "--version": [], status: [] };
  for (let n = 0; n < 30; n++) {
    times.empty.push(await run(join(path, "empty")));
    for (const word of ["--version", "status"]) times[word].push(await run(program, word));
  }
  const empty = median(times.empty);
  for (const word of ["--version", "status"]) {
    const ratio = median(times[word]) / empty;
    console.log(`      ${word} ${median(times[word]).toFixed(0)} ms, empty ${empty.toFixed(0)} ms`);
    figure(`agent-core ${word}, of an empty program`, ratio.toFixed(2), "< 2", ratio < 2);
  }
}

/** agent-core as one binary, in a folder of its own. */
async function compiled(): Promise<AsyncDisposable & { path: string; program: string }> {
  const path = await Deno.makeTempDir({ prefix: "agent-core-bench-" });
  const program = join(path, "agent-core");
  await compileProgram({ output: program });
  const remove = () => Deno.remove(path, { recursive: true });
  return { path, program, [Symbol.asyncDispose]: remove };
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  overhead,
  throughput,
  burst,
  memory: flatMemory,
  startup: startUp,
  rate: rateLimited,
  latency,
};

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(PARTS);
for (const part of wanted) {
  if (!PARTS[part]) throw new Error(`no such part: ${part}; there are ${Object.keys(PARTS)}`);
  console.log(`${part}:`);
  await PARTS[part]();
}
