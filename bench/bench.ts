/**
 * What agent-core costs, next to the bare engine in the same run: `deno task bench [PART …]`.
 * Machines differ and are shared: only the ratios mean something elsewhere.
 */
import type { World } from "../tests/e2e/world.ts";
import { engineAlone } from "./engine_alone.ts";
import { figure, median, seconds } from "./figures.ts";
import { flatMemory } from "./memory.ts";
import { scale } from "./scale.ts";
import { startUp } from "./start_up.ts";
import { allEnded, NOTHING, submitMany, UNLIMITED, withAgent } from "./with_agent.ts";

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

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  overhead,
  throughput,
  burst,
  memory: flatMemory,
  startup: startUp,
  rate: rateLimited,
  latency,
  scale,
};

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(PARTS);
for (const part of wanted) {
  if (!PARTS[part]) throw new Error(`no such part: ${part}; there are ${Object.keys(PARTS)}`);
  console.log(`${part}:`);
  await PARTS[part]();
}
