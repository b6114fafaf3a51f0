import type { Config, Mount } from "./config.ts";
import { keyNames } from "./key_names.ts";
import type { Values } from "./keys.ts";

/** The checked values in the shape that the program uses. */
export function toConfig(values: Values, dataDir: string, mounts: readonly Mount[]): Config {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const key of keyNames()) {
    const dot = key.lastIndexOf(".");
    const section = sections[key.slice(0, dot)] ??= {};
    section[camel(key.slice(dot + 1))] = values[key];
  }
  const { "executor.gpu": wished, executor, paths, ...plain } = sections;
  const vendor = values["executor.gpu.vendor"];
  const gpu = vendor && {
    ...wished,
    devices: values["executor.gpu.devices"] ?? "all",
    tasksPerGpu: values["executor.gpu.tasks_per_gpu"] ?? 1,
  };
  return {
    ...plain,
    executor: { ...executor, gpu },
    paths: { ...paths, dataDir, mounts },
  } as Config;
}

function camel(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
