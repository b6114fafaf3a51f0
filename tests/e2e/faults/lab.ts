import { fromFileUrl, join } from "@std/path";

import { callControl, NotRunning } from "../../../src/daemon/mod.ts";
import { readJournal } from "../../../src/journal/mod.ts";
import type { AgentProcess, AgentStart } from "../agent_process.ts";
import { assertNothingLeft, runsMount, submitWork, type Work } from "../invariants.ts";
import { createWorld, type World, type WorldOptions } from "../world.ts";
import type { Allowance, Ledger } from "./ledger.ts";

const AGENT = fromFileUrl(new URL("./scripted_agent.ts", import.meta.url));
/** What a process ends with after SIGKILL. */
const KILLED = 137;
/** What the agent ends with after a SIGTERM. */
const LEFT = 143;
/** For how long an agent with nothing to do is watched, milliseconds. */
const IDLE_MS = 2_000;
/** How often, if need be: it may have to clear up after what it did before. */
const IDLE_LOOKS = 5;
/** What an agent with nothing to do may take of a core. */
const IDLE_PERCENT = 2;
/** How long an agent may take to say how it is, beside seven other worlds on the same machine. */
const ANSWER_MS = 15_000;
/** How long anything in the harness may take. */
export const LIMIT_MS = 240_000;

/** A world for faults: an agent that follows scripts, tasks with a known result, no limit of requests. */
export interface Lab extends AsyncDisposable {
  readonly world: World;
  readonly ledger: Ledger;
  /** Every task submitted by {@linkcode submit}. */
  readonly works: Work[];
  /** Starts the agent without waiting for it, with more of an environment if need be. */
  spawn(env?: AgentStart["env"]): AgentProcess;
  /** The same, and waits until it takes tasks. */
  start(env?: AgentStart["env"]): Promise<AgentProcess>;
  /** Submits a task with a known result; `script` is what the agent does around its journal's writes. */
  submit(
    name: string,
    options?: {
      readonly seconds?: number;
      readonly script?: readonly string[];
      /** Called with the task's id before it is there. */
      readonly before?: (taskId: string) => void;
    },
  ): Promise<Work>;
  /** What comes next in a task's script. */
  script(work: Work, lines: readonly string[]): Promise<void>;
  /** Whether every task has ended and everything in its script was done. */
  isOver(): boolean;
  /** Waits until the agent holds for this task, does something, and lets it go on. */
  atHold(work: Work, act: () => Promise<void> | void): Promise<void>;
  /** Sends the agent a signal. @returns false when there is none */
  signal(signal: Deno.Signal): Promise<boolean>;
  /** Starts the agent whenever there is none, until `over` says that it is enough. */
  keepAgent(over: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  /** Waits until all tasks have ended. */
  allEnded(): Promise<void>;
  /** Checks every task, ends the agent and looks whether anything is left behind. */
  close(options?: Allowance): Promise<void>;
}

/** Sets a lab up; its last agent is ended by {@linkcode Lab.close}. */
export async function createLab(
  ledger: Ledger,
  { server, settings, ...options }: WorldOptions = {},
): Promise<Lab> {
  const world = await createWorld({
    more: runsMount,
    ...options,
    settings: {
      ...settings,
      executor: { capacity: 4, ...settings?.executor },
      // Containers that come and go in great numbers on the bridge can make an engine stand still for good
      // (20.10.24: libnetwork's createEndpoint and watchLoop wait for each other).
      sandbox: { network: "none", ...settings?.sandbox },
    },
    server: { ratePerMinute: Infinity, rememberRequests: 100_000, ...server },
  });
  const scripts = join(world.folder, "scripts");
  await Deno.mkdir(scripts);
  const env = { AGENT_CORE_TEST_SCRIPTS: scripts, AGENT_CORE_REQUESTS_PER_MINUTE: "0" };
  const works: Work[] = [];
  const agents: AgentProcess[] = [];
  let closed = false;
  let agent: AgentProcess | undefined;
  const path = (taskId: string) => join(scripts, taskId);
  const write = async (taskId: string, lines: readonly string[]) => {
    await Deno.writeTextFile(path(taskId), lines.join("\n"));
    if (lines.some((line) => line.startsWith("hold"))) await makePipe(`${path(taskId)}.hold`);
  };
  const lastAgentLeaves = async () => {
    if (await hasGone(agent)) lab.spawn();
    const answers = await agent!.ready.then(() => true, () => false); // gone before: its exit code tells
    const { dataDir } = world;
    const ask = { dataDir, request: { command: "status" }, timeoutMs: ANSWER_MS } as const;
    const asked = performance.now();
    const silent = answers &&
      await callControl(ask).then(() => undefined, (error: unknown) => error);
    ledger.measure("status answered, ms", performance.now() - asked);
    if (answers && !silent) await watchIdle(agent!, ledger);
    const told = performance.now();
    if (!await agent!.leave()) ledger.wedge("SIGTERM was not obeyed");
    const status = await agent!.exited;
    ledger.measure("SIGTERM obeyed, ms", performance.now() - told);
    // The last kill of its script may come between being ready and being asked.
    const wasKilled = silent instanceof NotRunning && status.code === KILLED;
    if (silent && !wasKilled) ledger.wedge(String(silent));
    return status;
  };
  const lab: Lab = {
    world,
    ledger,
    works,
    spawn(more) {
      agents.push(agent = world.spawnAgent({ script: AGENT, env: { ...env, ...more } }));
      return agent;
    },
    async start(more) {
      const started = lab.spawn(more);
      await started.ready;
      return started;
    },
    async submit(name, { seconds, script = [], before } = {}) {
      const id = `${name}-${crypto.randomUUID().slice(0, 8)}`;
      await write(id, script);
      before?.(id);
      const work = await submitWork(world, name, { seconds, id });
      works.push(work);
      return work;
    },
    script: (work, lines) => write(work.task.id, lines),
    isOver: () => works.every((work) => hasEnded(world, work) && isEmpty(path(work.task.id))),
    async atHold(work, act) {
      const pipe = `${path(work.task.id)}.hold`;
      // Opening waits for the agent's reading end, which opens when it holds.
      const opening = Deno.open(pipe, { write: true });
      using _file = await withDeadline(opening, `${work.name} to hold`, async () => {
        (await Deno.open(pipe, { read: true, write: true })).close();
      }).catch(async (error) => {
        const container = await world.engine.inspectContainer(`open-aaas-task-${work.task.id}`)
          .catch(String);
        throw new Error(`${error.message}; ${JSON.stringify(container)}`, { cause: error });
      });
      await act();
    },
    async signal(signal) {
      if (!agent || await hasGone(agent)) return false;
      agent.kill(signal);
      return true;
    },
    async keepAgent(over, limitMs) {
      while (!await over()) {
        if (await hasGone(agent)) lab.spawn();
        const end = new AbortController();
        const done = until(over, "the work to be done", { signal: end.signal, limitMs });
        done.catch(() => {});
        await Promise.race([agent!.exited, done]);
        end.abort();
      }
    },
    allEnded: async () => {
      for (const { task } of works) await world.ended(task, LIMIT_MS);
    },
    async close(allowance = {}) {
      // Whatever has happened: the next task is done.
      await lab.submit("next");
      await lab.keepAgent(() => lab.isOver() && isAtRest(world));
      let { code } = await lastAgentLeaves();
      // The last kill of its script was still on its way.
      if (code === KILLED) ({ code } = await lastAgentLeaves());
      await ledger.check(world, works, { ...allowance, agents });
      if (code !== LEFT) ledger.problem(`an agent ended with ${code}:\n${agent!.output()}`);
      await assertNothingLeft(world);
      closed = true;
    },
    async [Symbol.asyncDispose]() {
      const last = agents.slice(-2).map((one) => one.output().slice(-4_000)).join("\n…\n");
      if (!closed) ledger.problem(`a lab was left before its end; its agents said:\n${last}`);
      await world[Symbol.asyncDispose]();
    },
  };
  return lab;
}

/** Nothing is left to do, and no container is left: looked at from outside. */
async function isAtRest(world: World): Promise<boolean> {
  using journal = readJournal(join(world.dataDir, "agent.db"));
  return journal.open().length === 0 && (await world.containers()).length === 0;
}

/** An agent that goes round and round never comes to rest. */
async function watchIdle(agent: AgentProcess, ledger: Ledger): Promise<void> {
  let least = Infinity;
  for (let look = 0; look < IDLE_LOOKS && least > IDLE_PERCENT; look++) {
    const before = await cpuSeconds(agent.pid);
    const begun = performance.now();
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const share = (await cpuSeconds(agent.pid) - before) / (performance.now() - begun) * 1000;
    if (Number.isNaN(share)) return;
    least = Math.min(least, share * 100);
  }
  ledger.measure("CPU of an idle agent, %", least);
  if (least > IDLE_PERCENT) ledger.spin(`${least.toFixed(0)} % of a core with nothing to do`);
}

/** What a process has used of the CPU so far: utime and stime of proc(5), in ticks of 10 ms. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function hasGone(agent: AgentProcess | undefined): Promise<boolean> {
  return !agent || await Promise.race([agent.exited, Promise.resolve("alive")]) !== "alive";
}

/** Whether a task is over for its user. */
export function hasEnded(world: World, { task }: Work): boolean {
  return ["completed", "failed", "cancelled"].includes(world.server.task(task.id)?.status ?? "");
}

/** Polls for a condition of the harness's own. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  { signal, limitMs = LIMIT_MS }: { readonly signal?: AbortSignal; readonly limitMs?: number } = {},
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!await condition()) {
    if (signal?.aborted) throw signal.reason;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** `giveUp` must let what is waited for come to an end. */
async function withDeadline<T>(
  waiting: Promise<T>,
  what: string,
  giveUp: () => Promise<void>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      giveUp();
      reject(new Error(`Waited in vain for ${what}`));
    }, LIMIT_MS / 4);
  });
  return await Promise.race([waiting, late]).finally(() => clearTimeout(timer));
}

function isEmpty(path: string): boolean {
  return Deno.statSync(path).size === 0;
}

async function makePipe(path: string): Promise<void> {
  const { code } = await new Deno.Command("mkfifo", { args: [path], stderr: "null" }).output();
  const there = await Deno.stat(path).catch(() => undefined);
  if (code !== 0 && !there) throw new Error(`Cannot make the named pipe ${path}`);
}
