import { join } from "@std/path";
import type { Config } from "../../src/config/mod.ts";
import type { Engine } from "../../src/docker/mod.ts";
import {
  DockerExecutor,
  type DockerExecutorOptions,
} from "../../src/executor/docker/docker_executor.ts";
import type { Attempt, Executor } from "../../src/executor/mod.ts";
import { TEST_IMAGE, withTestEngine } from "../support/engine.ts";

/** Any part of a section; arrays and the like as they are. */
type Parts = { readonly [Section in keyof Config]?: Partial<Config[Section]> };

/** A configuration with the defaults of the issue and the test image, changed here and there. */
export function testConfig(dataDir: string, parts: Parts = {}): Config {
  const MIB = 1024 * 1024;
  return {
    server: { baseUrl: "http://127.0.0.1:1", pollIntervalSecs: 5, useSystemProxy: false },
    agent: { name: "test", ...parts.agent },
    executor: {
      executorType: "standard",
      image: TEST_IMAGE,
      pull: "missing",
      capacity: 2,
      timeoutMinutes: 0,
      workingDir: "/workspace",
      enableHostAccess: false,
      ...parts.executor,
    },
    paths: { dataDir, mounts: [], allowNetworkFs: false, ...parts.paths },
    docker: { ...parts.docker },
    sandbox: {
      noNewPrivileges: true,
      capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID", "KILL"],
      pidsLimit: 2048,
      cpus: 0,
      shmSize: 64 * MIB,
      nofileLimit: 1024,
      init: true,
      logMaxSize: 256 * MIB,
      network: "none",
      readOnlyRoot: false,
      ...parts.sandbox,
    },
    outputs: { maxFileSize: 0, maxTotalSize: 0, maxFiles: 200, maxReadSize: 0, maxMinutes: 0 },
    retention: {
      deliveredHours: 1,
      failedDays: 1,
      historyDays: 365,
      maxTotalSize: 0,
      maxUndelivered: 100,
    },
    disk: { minFree: 0, criticalFree: 0 },
  };
}

/** A data folder, an executor on it, and what tests do with them. */
export interface Bench {
  readonly engine: Engine;
  readonly executor: Executor;
  readonly dataDir: string;
  readonly agentId: string;
  readonly signal: AbortSignal;
  /** Makes the folder of an attempt and gives its parameters. */
  attempt(taskId?: string, attempt?: number): Promise<Attempt>;
  /** Creates, starts, waits, captures; the container is removed at the end of the bench. */
  run(attempt: Attempt): Promise<Ran>;
  /** Another executor on the same folder, as after a restart of the agent. */
  again(options?: Partial<DockerExecutorOptions>): Executor;
}

export interface Ran {
  readonly runId: string;
  readonly end: Awaited<ReturnType<Executor["wait"]>>;
  readonly log: string;
}

const NEVER = new AbortController().signal;

/** A bench with the given command (by `sh -c`) as the task's program. */
export function shell(script: string): Parts["executor"] {
  return { executorType: "custom", customEntrypoint: ["sh", "-c", script], customArgs: [] };
}

/** Runs `body` on a bench on the test engine, and removes whatever is left afterwards. */
export async function withBench(
  parts: Parts | ((dataDir: string) => Parts | Promise<Parts>),
  body: (bench: Bench) => Promise<void>,
  more: Partial<DockerExecutorOptions> = {},
): Promise<void> {
  const agentId = crypto.randomUUID();
  const labels = { "open-aaas.agent": agentId };
  await withTestEngine(async (engine) => {
    await withBenchOn(engine, agentId, parts, body, more);
  }, labels);
}

/** The same on any engine. */
export async function withBenchOn(
  engine: Engine,
  agentId: string,
  parts: Parts | ((dataDir: string) => Parts | Promise<Parts>),
  body: (bench: Bench) => Promise<void>,
  more: Partial<DockerExecutorOptions> = {},
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "agent-core-executor-" });
  try {
    const given = typeof parts === "function" ? await parts(dataDir) : parts;
    const config = testConfig(dataDir, given);
    const again = (others: Partial<DockerExecutorOptions> = {}) =>
      new DockerExecutor({
        config,
        engine,
        agentId,
        configPath: join(dataDir, "..", `${agentId}.toml`),
        ...more,
        ...others,
      });
    await using executor = again();
    await Deno.mkdir(join(dataDir, "logs"));
    const bench: Bench = {
      engine,
      executor,
      dataDir,
      agentId,
      signal: NEVER,
      attempt: (taskId, attempt) => makeAttempt(dataDir, taskId, attempt),
      run: (attempt) => runOn(executor, attempt),
      again,
    };
    try {
      await body(bench);
    } finally {
      await using cleaner = again();
      const soon = AbortSignal.timeout(60_000);
      for (const { runId } of await cleaner.list(soon)) await cleaner.remove(runId, soon);
    }
  } finally {
    await Deno.remove(dataDir, { recursive: true }).catch(() => {});
  }
}

/** Makes the folder of an attempt and gives its parameters. */
export async function makeAttempt(
  dataDir: string,
  taskId: string = crypto.randomUUID(),
  attempt = 1,
): Promise<Attempt> {
  const workspace = join(dataDir, "workspaces", taskId);
  await Deno.mkdir(workspace, { recursive: true });
  await Deno.chmod(workspace, 0o777);
  return { taskId, attempt, workspace, logPath: join(dataDir, "logs", `${taskId}.log`) };
}

/** The whole life of a run. */
export async function runOn(executor: Executor, attempt: Attempt): Promise<Ran> {
  const runId = await executor.create(attempt, NEVER);
  await executor.start(runId, NEVER);
  const captured = executor.log(attempt, runId, NEVER);
  const end = await executor.wait(runId, NEVER);
  await captured;
  return { runId, end, log: await Deno.readTextFile(attempt.logPath) };
}

/** Waits until something is so; fails after a minute. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what = "it",
): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
