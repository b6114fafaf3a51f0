import { join } from "@std/path";

import { loadConfig } from "../src/config/mod.ts";
import type { Engine } from "../src/docker/mod.ts";
import { containerSpec } from "../src/executor/docker/container_spec.ts";
import { traitsOf } from "../src/executor/docker/engine_traits.ts";
import type { World } from "../tests/e2e/world.ts";

/** What it takes to run a task's container without agent-core. */
export interface Alone {
  readonly engine: Engine;
  /** One container: created, started, waited for, removed. */
  run(): Promise<void>;
  /** Many of them, so many at a time. */
  runMany(count: number, atATime: number): Promise<void>;
}

/** The very container that a task gets, straight through the Engine API: the floor to measure against. */
export async function engineAlone({ engine, configPath, folder }: World): Promise<Alone> {
  const { config } = await loadConfig({ path: configPath, env: {} });
  const workspace = join(folder, "alone");
  await Deno.mkdir(join(workspace, "input"), { recursive: true });
  await Deno.writeTextFile(join(workspace, "input", "01-script.sh"), "cd /workspace\ntrue\n");
  const spec = containerSpec(config, {
    attempt: { taskId: "alone" },
    labels: {},
    workspace,
    spell: (path) => path,
    selinux: false,
    rootless: false,
    logDriver: "json-file",
    traits: traitsOf(engine),
    imageUser: "",
  });
  const run = async () => {
    const name = `agent-core-bench-${crypto.randomUUID()}`;
    const id = await engine.createContainer(name, spec);
    const opened = Promise.withResolvers<void>();
    const onOpen = opened.resolve;
    const ended = engine.waitContainer(id, { condition: "next-exit", onOpen });
    await opened.promise;
    await engine.startContainer(id);
    await ended;
    await engine.removeContainer(id);
  };
  const runMany = async (count: number, atATime: number) => {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await run();
    };
    await Promise.all(Array.from({ length: atATime }, worker));
  };
  return { engine, run, runMany };
}
