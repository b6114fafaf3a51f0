import type { Config } from "../../src/config/mod.ts";
import { testConfig } from "../executor/helpers.ts";
import type { Chance } from "./random.ts";
import { IMAGES } from "./sim_engine.ts";
import { SERVER_URL } from "./sim_server.ts";

const MIB = 2 ** 20;

/** The GPUs of a machine, and what of them a task has for itself. */
export type Gpus = NonNullable<Config["executor"]["gpu"]>;

/** In some stories every task needs GPUs of its own. */
export function drawGpus(chance: Chance): Gpus | undefined {
  if (!chance.is(0.1)) return undefined;
  const perTask = chance.weighted([[3, 1], [1, 2]]);
  const devices = Array.from({ length: perTask + chance.below(3) }, (_, at) => `GPU-${at}`);
  return { vendor: "nvidia", devices, perTask, tasksPerGpu: chance.weighted([[3, 1], [1, 2]]) };
}

/** The configuration that an agent is started with. */
export function drawConfig(chance: Chance, dataDir: string, gpu?: Gpus): Config {
  const config = testConfig(dataDir, {
    executor: {
      image: chance.pick(IMAGES),
      capacity: chance.weighted([[3, 1], [3, 2], [1, 4]]),
      timeoutMinutes: chance.weighted([[3, 0], [1, 5], [1, 60]]),
    },
  });
  return {
    ...config,
    executor: { ...config.executor, gpu },
    server: {
      ...config.server,
      baseUrl: SERVER_URL,
      pollIntervalSecs: chance.weighted([[3, 5], [1, 1], [1, 30]]),
    },
    retention: {
      deliveredHours: chance.pick([1, 24]),
      failedDays: chance.pick([1, 7]),
      historyDays: chance.pick([1, 30]),
      maxTotalSize: chance.weighted([[3, 0], [1, 50_000]]),
      maxUndelivered: chance.weighted([[5, 100], [1, 5]]),
    },
    disk: { minFree: 64 * MIB, criticalFree: 16 * MIB },
  };
}
