import { configText, type Text } from "../i18n/mod.ts";
import { STRONG_CAPABILITIES } from "./capabilities.ts";
import type { ConfigKey, Values } from "./keys.ts";
import type { Problem } from "./problems.ts";
import { at, type Found } from "./settings.ts";

/** The keys that were read without a problem. */
export type Known = Partial<Values>;

/** What is wrong with values that are each fine alone. */
export function crossCheck(
  values: Known,
  found: ReadonlyMap<ConfigKey, Found>,
  isBad: (key: ConfigKey) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  const complain = (key: ConfigKey, words: Text) => {
    const setting = found.get(key);
    problems.push(setting ? at(setting, words) : { text: words, key });
  };
  const type = values["executor.executor_type"];
  const lacks = (key: ConfigKey) => values[key] === undefined && !isBad(key);
  if ((type === "bash" || type === "python") && lacks("executor.script_path")) {
    complain("executor.executor_type", configText.scriptMissing({ type }));
  }
  if (type === "custom" && lacks("executor.custom_entrypoint")) {
    complain("executor.executor_type", configText.entrypointMissing);
  }
  problemsOfGpu(values, { complain, lacks });
  const critical = values["disk.critical_free"];
  const min = values["disk.min_free"];
  if (critical !== undefined && min !== undefined && critical > min) {
    const key = found.has("disk.critical_free") ? "disk.critical_free" : "disk.min_free";
    complain(key, configText.criticalAboveMin({ critical, min }));
  }
  return problems;
}

function problemsOfGpu(values: Known, { complain, lacks }: {
  readonly complain: (key: ConfigKey, words: Text) => void;
  readonly lacks: (key: ConfigKey) => boolean;
}): void {
  const keys = ["devices", "per_task", "tasks_per_gpu"] as const;
  const first = keys.map((key) => `executor.gpu.${key}` as const)
    .find((key) => values[key] !== undefined);
  if (first && lacks("executor.gpu.vendor")) {
    complain(first, configText.vendorMissing({ key: first }));
  }
  const devices = values["executor.gpu.devices"] ?? "all";
  const perTask = values["executor.gpu.per_task"] ?? 0;
  if (devices === "all") return;
  const count = devices.length;
  if (new Set(devices).size < count) complain("executor.gpu.devices", configText.gpuTwice);
  else if (perTask > count) {
    complain("executor.gpu.per_task", configText.perTaskAboveDevices({ perTask, count }));
  }
}

/** What works, but is hardly meant. */
export function doubts(values: Values, found: ReadonlyMap<ConfigKey, Found>): Text[] {
  const warnings: Text[] = [];
  const warn = (key: ConfigKey, words: Text) => {
    const setting = found.get(key);
    warnings.push(setting ? at(setting, words).text : words);
  };
  const baseUrl = values["server.base_url"];
  if (baseUrl.startsWith("http://") && !isLocal(new URL(baseUrl).hostname)) {
    warn("server.base_url", configText.keyInTheClear({ baseUrl }));
  }
  const type = values["executor.executor_type"];
  const only = (key: ConfigKey, types: string) => {
    if (values[key] !== undefined && !types.includes(`"${type}"`)) {
      warn(key, configText.onlyForType({ key, types, type }));
    }
  };
  only("executor.script_path", '"bash", "python"');
  only("executor.custom_entrypoint", '"custom"');
  only("executor.custom_args", '"custom"');
  if (values["executor.gpu.tasks_per_gpu"] && values["executor.gpu.per_task"] === undefined) {
    warn("executor.gpu.tasks_per_gpu", configText.tasksPerGpuUnused);
  }
  const strong = values["sandbox.capabilities"].filter((name) =>
    STRONG_CAPABILITIES.includes(name)
  );
  if (strong.length > 0) {
    warn("sandbox.capabilities", configText.strongCapabilities({ names: strong.join(", ") }));
  }
  return warnings;
}

/** Whether what is sent to this host stays on this machine. */
function isLocal(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])\.?$/
    .test(hostname);
}
