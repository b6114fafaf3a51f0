import { join } from "@std/path";

import { callControl } from "../../src/daemon/mod.ts";
import {
  type DevServer,
  type DevServerOptions,
  type DevTask,
  startDevServer,
  type Submission,
  type SubmittedFile,
} from "../../src/devserver/mod.ts";
import type { ContainerSummary, Engine } from "../../src/docker/mod.ts";
import { until } from "../executor/helpers.ts";
import { TEST_IMAGE, testEngine } from "../support/engine.ts";
import { type AgentProcess, type AgentStart, startAgentProcess } from "./agent_process.ts";

/** Sections of config.toml that a test wants otherwise; keys as in the file. */
export type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a world is to be like. */
export interface WorldOptions {
  readonly settings?: Settings;
  readonly server?: DevServerOptions;
  /** More lines at the end of config.toml: `[[paths.mounts]]` and the like. */
  readonly more?: string | ((folder: string) => Promise<string>);
  /** Where the data folder is to be. @default {"data" beside the configuration} */
  readonly dataDir?: string;
  /** Another engine than the usual one, with the test image in it; it is closed with the world. */
  readonly engine?: { readonly host: string; readonly connection: Engine };
}

/** A Server, an engine and a configured agent, all real; a task's prompt is a script for `sh`. */
export interface World extends AsyncDisposable {
  readonly server: DevServer;
  readonly engine: Engine;
  readonly serviceId: string;
  readonly folder: string;
  readonly dataDir: string;
  readonly configPath: string;
  /** Starts the agent and waits until it takes tasks. */
  startAgent(options?: AgentStart): Promise<AgentProcess>;
  /** Starts the agent and does not wait. */
  spawnAgent(options?: AgentStart): AgentProcess;
  /** Submits a task whose container runs this script; further files are its input. */
  submit(
    script: string,
    files?: readonly SubmittedFile[],
    more?: Partial<Submission>,
  ): Promise<DevTask>;
  /** Waits until a task has ended. */
  ended(task: DevTask | string, timeoutMs?: number): Promise<DevTask>;
  /** The files that a task's user gets: name → bytes. */
  outputs(taskId: string): Promise<Map<string, Uint8Array>>;
  /** Why the running agent takes no tasks, in its own English words. */
  obstacle(): Promise<string | undefined>;
  /** Containers of this world's agent that the engine has. */
  containers(): Promise<string[]>;
}

/** Makes a world; disposing it ends the agents and fails when anything was left behind. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  const engine = options.engine?.connection ?? await testEngine();
  const server = await startDevServer(options.server);
  const { serviceId, apiKey } = server.createAgent("test", 2);
  const configPath = join(folder, "config.toml");
  const dataDir = options.dataDir ?? join(folder, "data");
  await Deno.writeTextFile(
    configPath,
    toToml({
      server: { base_url: server.url, poll_interval_secs: 1, ...options.settings?.server },
      agent: { service_id: serviceId, api_key: apiKey, ...options.settings?.agent },
      executor: {
        executor_type: "custom",
        image: TEST_IMAGE,
        custom_entrypoint: ["sh"],
        custom_args: ["/workspace/input/01-script.sh"],
        ...options.settings?.executor,
      },
      paths: { data_dir: dataDir, ...options.settings?.paths },
      ...options.engine && { docker: { host: options.engine.host } },
      disk: { min_free: "64m", critical_free: "32m", ...options.settings?.disk },
      ...Object.fromEntries(
        Object.entries(options.settings ?? {}).filter(([section]) =>
          !["server", "agent", "executor", "paths", "disk"].includes(section)
        ),
      ),
    }) + (typeof options.more === "function" ? await options.more(folder) : options.more ?? ""),
    { mode: 0o600 },
  );
  const agents: AgentProcess[] = [];
  const containers = async () => {
    const agentId = await Deno.readTextFile(join(dataDir, "agent.id")).catch(() => "none");
    return await engine.listContainers({
      labels: { "open-aaas.agent": agentId.trim() },
      all: true,
    });
  };
  const world: World = {
    server,
    engine,
    serviceId,
    folder,
    dataDir,
    configPath,
    async startAgent(start = {}) {
      const agent = world.spawnAgent(start);
      await agent.ready;
      return agent;
    },
    spawnAgent(start = {}) {
      const agent = startAgentProcess(configPath, start);
      agents.push(agent);
      return agent;
    },
    submit: (script, files = [], more = {}) =>
      server.submit({
        serviceId,
        prompt: script,
        files: [{ name: "script.sh", content: `cd /workspace\n${script}\n` }, ...files],
        ...more,
      }),
    ended: (task, timeoutMs = 120_000) =>
      server.waitFor(typeof task === "string" ? task : task.id, "ended", { timeoutMs }),
    async outputs(taskId) {
      const ids = server.task(taskId)?.output?.file_ids;
      const wanted = new Set(Array.isArray(ids) ? ids : []);
      const files = server.files(taskId).filter((file) => wanted.has(file.id));
      const pairs = files.map(async (file) =>
        [file.name, await server.fileBytes(file.id)] as const
      );
      return new Map(await Promise.all(pairs));
    },
    async obstacle() {
      const request = { command: "status" } as const;
      return (await callControl({ dataDir, request })).obstacle?.en;
    },
    containers: async () => (await containers()).map((container) => container.name),
    async [Symbol.asyncDispose]() {
      for (const agent of agents) await agent.leave();
      // What the agent was just removing, the engine removes without it, too.
      const isRemoving = ({ state }: ContainerSummary) => state === "removing";
      await until(async () => !(await containers()).some(isRemoving)).catch(() => {});
      const left = await containers();
      for (const { id } of left) await engine.removeContainer(id, { force: true });
      await server[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
      if (left.length > 0) throw new Error(`containers were left behind: ${JSON.stringify(left)}`);
    },
  };
  return world;
}

function toToml(sections: Settings): string {
  return Object.entries(sections).map(([name, keys]) => {
    const lines = Object.entries(keys).filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return `[${name}]\n${lines.join("\n")}\n`;
  }).join("\n");
}
