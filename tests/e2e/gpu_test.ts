import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";

import { callControl } from "../../src/daemon/mod.ts";
import { until } from "../executor/helpers.ts";
import { TEST_ENGINE } from "../support/engine_kind.ts";
import { startPrivateEngine } from "../support/private_engine.ts";
import { denoFlags } from "./agent_process.ts";
import { runsMount } from "./invariants.ts";
import { createWorld, type World } from "./world.ts";

/** Made up: two devices that are the null device by another name, each with a word for its container. */
const GPUS = ["GPU-11111111-aaaa", "GPU-22222222-bbbb"];
const SPEC = {
  cdiVersion: "0.5.0",
  devices: GPUS.map((name, at) => ({
    name,
    containerEdits: { env: [`LAB_GPU_${at}=${name}`], ...nodeAs(`/dev/lab-gpu${at}`) },
  })),
};

/** Only root may give a node another name. */
function nodeAs(path: string) {
  const hostPath = "/dev/null";
  return TEST_ENGINE.isRootless
    ? { mounts: [{ hostPath, containerPath: path, options: ["bind"] }] }
    : { deviceNodes: [{ path, hostPath, type: "c", major: 1, minor: 3 }] };
}

/** Notes which devices it sees, says when it begins and ends, and waits to be let go. */
const SCRIPT = [
  `env | sed -n 's/^LAB_GPU_.=//p' | sort > output/gpus`,
  `ls /dev | grep lab-gpu > output/nodes`,
  `echo "$NVIDIA_VISIBLE_DEVICES" > output/visible`,
  `echo "$AMD_VISIBLE_DEVICES" > output/visible-amd`,
  `echo "+ $(cat output/gpus)" >> /runs/story`,
  `while [ ! -e /runs/go ]; do sleep 0.1; done`,
  `echo "- $(cat output/gpus)" >> /runs/story`,
].join("\n");

/** Whether the engine of these tests has CDI. */
const HAS_CDI = Number.parseInt(TEST_ENGINE.version) >= (TEST_ENGINE.isPodman ? 5 : 28);

function ofCdi(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !HAS_CDI });
}

interface GpuWorld extends AsyncDisposable {
  readonly world: World;
  /** The specification that the engine knows the GPUs by. */
  readonly specPath: string;
}

async function gpuWorld(gpu: Readonly<Record<string, unknown>>): Promise<GpuWorld> {
  const cdi = { ...SPEC, kind: `${gpu.vendor ?? "nvidia"}.com/gpu` };
  const engine = await startPrivateEngine({ cdi });
  try {
    const world = await createWorld({
      engine: { host: engine.host, connection: await engine.connect() },
      settings: {
        executor: { capacity: 4 },
        "executor.gpu": { vendor: "nvidia", per_task: 1, ...gpu },
        sandbox: { network: "none" },
      },
      more: runsMount,
    });
    return {
      world,
      specPath: join(dirname(engine.socket), "cdi/lab.json"),
      async [Symbol.asyncDispose]() {
        await world[Symbol.asyncDispose]();
        await engine[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/** Docker lists its devices; of Podman only the folder could tell, and it is not where this machine has its own. */
const DEVICES = TEST_ENGINE.isPodman ? { devices: GPUS } : {};

async function holders({ dataDir }: World): Promise<string[][]> {
  const report = await callControl({ dataDir, request: { command: "status" } });
  return report.gpus!.map(({ taskIds }) => taskIds);
}

async function story({ folder }: World): Promise<string[]> {
  const text = await Deno.readTextFile(join(folder, "runs/story")).catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

/** What a command prints. */
async function told(world: World, command: string): Promise<string> {
  const main = fromFileUrl(new URL("../../main.ts", import.meta.url));
  const args = ["run", ...denoFlags(), main, "--config", world.configPath, "--lang", "en", command];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return new TextDecoder().decode(stdout);
}

function begun(world: World, count: number): Promise<void> {
  return until(
    async () => (await story(world)).filter((line) => line.startsWith("+")).length >= count,
    `${count} tasks to begin`,
  );
}

/** Long enough for a task that should not be taken to be taken. */
async function severalPolls({ server }: World): Promise<void> {
  for (let polls = 0; polls < 4; polls++) {
    await server.waitForRequest(({ call }) => call === "poll", { timeoutMs: 60_000 });
  }
}

const letGo = ({ folder }: World) => Deno.writeTextFile(join(folder, "runs/go"), "");

/** How many tasks had a GPU at the same time at most, by their own words. */
function mostAtOnce(lines: readonly string[]): number {
  const now = new Map<string, number>();
  let most = 0;
  for (const line of lines) {
    const [sign, gpu] = line.split(" ");
    now.set(gpu, (now.get(gpu) ?? 0) + (sign === "+" ? 1 : -1));
    most = Math.max(most, ...now.values());
  }
  return most;
}

async function assertOwnGpus(
  world: World,
  taskIds: readonly string[],
  { vendor = "nvidia" } = {},
): Promise<void> {
  for (const id of taskIds) {
    const outputs = await world.outputs(id);
    const text = (name: string) => new TextDecoder().decode(outputs.get(`output/${name}`)).trim();
    const at = GPUS.indexOf(text("gpus"));
    assert.notEqual(at, -1, text("gpus"));
    assert.equal(text("nodes"), `lab-gpu${at}`);
    assert.equal(text("visible"), vendor === "nvidia" ? GPUS[at] : "void");
    assert.equal(text("visible-amd"), "none");
  }
}

ofCdi(
  "two GPUs run two tasks of a capacity of four, each with its own, and a kill -9 keeps them",
  async () => {
    await using lab = await gpuWorld(DEVICES);
    const { world } = lab;
    const agent = await world.startAgent();
    const tasks = await Promise.all([1, 2, 3, 4].map(() => world.submit(SCRIPT)));
    await begun(world, 2);
    await severalPolls(world);
    const waiting = () =>
      tasks.filter(({ id }) => world.server.task(id)?.status === "pending").length;
    assert.equal(waiting(), 2);
    const before = await holders(world);
    assert.deepEqual(before.map((ids) => ids.length), [1, 1]);
    assert.notEqual(before[0][0], before[1][0]);
    const [status, doctor] = [await told(world, "status"), await told(world, "doctor")];
    GPUS.forEach((gpu, at) => {
      assert.match(status, new RegExp(`^  ${gpu} +${before[at][0]}$`, "m"));
      assert.match(doctor, new RegExp(`GPU ${gpu}: task ${before[at][0]} has it$`, "m"));
    });
    assert.match(doctor, /GPUs are asked of (Docker|Podman) as CDI devices/);

    agent.kill("SIGKILL");
    await agent.exited;
    await world.startAgent();
    await severalPolls(world);
    assert.equal(waiting(), 2);
    assert.deepEqual(await holders(world), before);

    await letGo(world);
    for (const task of tasks) assert.equal((await world.ended(task)).status, "completed");
    await assertOwnGpus(world, tasks.map(({ id }) => id));
    assert.equal(mostAtOnce(await story(world)), 1);
  },
);

ofCdi("an agent that has lost its journal takes the leases from the containers", async () => {
  await using lab = await gpuWorld(DEVICES);
  const { world } = lab;
  const agent = await world.startAgent();
  const first = await world.submit(SCRIPT);
  await begun(world, 1);
  const before = await holders(world);
  agent.kill("SIGKILL");
  await agent.exited;
  for await (const { name } of Deno.readDir(world.dataDir)) {
    if (name.startsWith("agent.db")) await Deno.remove(join(world.dataDir, name));
  }
  const second = await world.submit(SCRIPT);
  const third = await world.submit(SCRIPT);
  await world.startAgent();
  await begun(world, 2);
  await severalPolls(world);
  const after = await holders(world);
  const free = before.findIndex((ids) => ids.length === 0);
  assert.deepEqual(after.toSpliced(free, 1), before.toSpliced(free, 1));
  assert.equal(world.server.task(third.id)?.status, "pending");
  await letGo(world);
  const tasks = [first, second, third];
  for (const task of tasks) assert.equal((await world.ended(task)).status, "completed");
  await assertOwnGpus(world, tasks.map(({ id }) => id));
  assert.equal(mostAtOnce(await story(world)), 1);
});

ofCdi("two tasks may share a GPU where the configuration says so, and no more", async () => {
  await using lab = await gpuWorld({ ...DEVICES, tasks_per_gpu: 2 });
  const { world } = lab;
  await world.startAgent();
  const tasks = await Promise.all([1, 2, 3, 4].map(() => world.submit(SCRIPT)));
  await begun(world, 4);
  assert.deepEqual((await holders(world)).map((ids) => ids.length), [2, 2]);
  await letGo(world);
  for (const task of tasks) assert.equal((await world.ended(task)).status, "completed");
  await assertOwnGpus(world, tasks.map(({ id }) => id));
  assert.equal(mostAtOnce(await story(world)), 2);
});

ofCdi("GPUs of AMD that a specification describes are given in the same way", async () => {
  const vendor = "amd";
  await using lab = await gpuWorld({ ...DEVICES, vendor });
  const { world } = lab;
  await world.startAgent();
  const tasks = [await world.submit(SCRIPT), await world.submit(SCRIPT)];
  await begun(world, 2);
  await letGo(world);
  for (const task of tasks) assert.equal((await world.ended(task)).status, "completed");
  await assertOwnGpus(world, tasks.map(({ id }) => id), { vendor });
  assert.equal(mostAtOnce(await story(world)), 1);
});

ofCdi("what ran before there were leases has all GPUs until it ends", async () => {
  await using lab = await gpuWorld({ ...DEVICES, per_task: undefined });
  const { world } = lab;
  const agent = await world.startAgent();
  const old = await world.submit(SCRIPT);
  await begun(world, 1);
  agent.kill("SIGTERM");
  await agent.exited;
  const next = await world.submit(SCRIPT);
  await world.startAgent({ env: { AGENT_CORE_EXECUTOR_GPU_PER_TASK: "1" } });
  await severalPolls(world);
  assert.deepEqual(await holders(world), [[old.id], [old.id]]);
  assert.equal(world.server.task(next.id)?.status, "pending");
  await letGo(world);
  for (const task of [old, next]) assert.equal((await world.ended(task)).status, "completed");
  await assertOwnGpus(world, [next.id]);
});

ofCdi("a GPU that is gone keeps its task waiting, and no task fails for it", async () => {
  await using lab = await gpuWorld(DEVICES);
  const { world, specPath } = lab;
  const agent = await world.startAgent();
  await letGo(world);
  const spec = await Deno.readTextFile(specPath);
  await Deno.remove(specPath);
  // The engine learns of it by itself, in a moment.
  await severalPolls(world);
  const task = await world.submit(SCRIPT);
  await agent.logged(({ message }) => /CDI/.test(message));
  await until(async () => /CDI/.test(await world.obstacle() ?? ""), "the obstacle to be named");
  assert.equal(world.server.task(task.id)?.status, "running");
  await Deno.writeTextFile(specPath, spec);
  assert.equal((await world.ended(task)).status, "completed");
  await assertOwnGpus(world, [task.id]);
});

Deno.test("GPUs that no engine could give are told before the first task", async () => {
  await using world = await createWorld({
    settings: { "executor.gpu": { vendor: "amd", per_task: 1 } },
  });
  const agent = world.spawnAgent();
  assert.notEqual((await agent.exited).code, 0);
  assert.match(agent.output(), /Nobody tells which GPUs of amd this machine has/);
});
