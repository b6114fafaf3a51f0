import { type configKeyText, configText, type mountKeyText } from "../i18n/mod.ts";
import { DEFAULT_CAPABILITIES } from "./capabilities.ts";
import { boolean, integer, type KeySpec, number, size } from "./key_spec.ts";
import * as read from "./readers.ts";

const MIB = 1024 ** 2;
/** More than any machine has. */
const MOST_GPUS = 1_024;
const MOST_TASKS_PER_GPU = 1_000;
const words = configText;

/**
 * Every key of config.toml but the fields of the mounts, in the order of the default file. What each
 * means stands under the same name in src/i18n/config_keys.ts; the type {@linkcode Config}, the
 * variables and the default file follow from the two. A year and a day are upper bounds only so that a
 * slip of the finger is seen.
 */
export const KEYS = {
  "server.base_url": {
    type: "url",
    read: read.baseUrl,
    fallback: "http://127.0.0.1:8080",
    expected: words.expectBaseUrl,
  },
  "server.poll_interval_secs": integer(1, 86_400, 5),
  "server.use_system_proxy": boolean(false),
  "agent.service_id": {
    type: "text",
    read: read.credential,
    expected: words.expectCredential,
  },
  "agent.api_key": {
    type: "text",
    read: read.credential,
    expected: words.expectCredential,
  },
  "agent.name": {
    type: "text",
    read: read.line,
    fallback: "agent-core",
    expected: words.expectText,
  },
  "executor.executor_type": {
    type: "text",
    read: read.oneOf("standard", "bash", "python", "custom"),
    fallback: "standard",
    expected: words.expectExecutorType,
  },
  "executor.image": {
    type: "text",
    read: read.image,
    fallback: "open-aaas-executor:latest",
    expected: words.expectImage,
  },
  "executor.pull": {
    type: "text",
    read: read.oneOf("missing", "always"),
    fallback: "missing",
    expected: words.expectPull,
  },
  "executor.capacity": integer(1, 10_000, 2),
  "executor.timeout_minutes": number(0, 525_600, 0),
  "executor.memory_limit": {
    type: "size",
    // The least that the engine takes.
    read: read.size(6 * MIB),
    example: "4g",
    expected: words.expectSize({ min: '"6m"' }),
  },
  "executor.working_dir": {
    type: "text",
    read: read.containerPath,
    fallback: "/workspace",
    expected: words.expectContainerPath,
  },
  "executor.script_path": {
    type: "text",
    read: read.line,
    example: "/app/run.sh",
    expected: words.expectText,
  },
  "executor.custom_entrypoint": {
    type: "list",
    read: read.command,
    example: ["python3", "/app/main.py"],
    expected: words.expectCommand,
  },
  "executor.custom_args": {
    type: "list",
    read: read.args,
    example: ["--fast"],
    expected: words.expectArguments,
  },
  "executor.enable_host_access": boolean(false),
  "executor.gpu.vendor": {
    type: "text",
    read: read.oneOf("nvidia", "amd"),
    example: "nvidia",
    expected: words.expectGpuVendor,
  },
  "executor.gpu.devices": {
    type: "list",
    read: read.gpuDevices,
    example: "all",
    expected: words.expectGpuDevices,
  },
  "executor.gpu.per_task": {
    type: "integer",
    read: read.integer(1, MOST_GPUS),
    example: 1,
    expected: words.expectInteger({ min: 1, max: MOST_GPUS }),
  },
  "executor.gpu.tasks_per_gpu": {
    type: "integer",
    read: read.integer(1, MOST_TASKS_PER_GPU),
    example: 1,
    expected: words.expectInteger({ min: 1, max: MOST_TASKS_PER_GPU }),
  },
  "paths.data_dir": {
    type: "path",
    read: read.anyText,
    fallback: "./data",
    expected: words.expectHostPath,
  },
  "paths.allow_network_fs": boolean(false),
  "paths.mounts": {
    type: "tables",
    read: read.list,
    fallback: [],
    expected: words.expectMounts,
  },
  "docker.host": {
    type: "text",
    read: read.dockerHost,
    example: "unix:///var/run/docker.sock",
    expected: words.expectDockerHost,
  },
  "sandbox.no_new_privileges": boolean(true),
  "sandbox.capabilities": {
    type: "list",
    read: read.capabilities,
    fallback: [...DEFAULT_CAPABILITIES],
    expected: words.expectCapabilities,
  },
  // The kernel's PID_MAX_LIMIT.
  "sandbox.pids_limit": integer(1, 4_194_304, 2048),
  "sandbox.cpus": {
    type: "number",
    read: read.cpus,
    fallback: 0,
    expected: words.expectCpus,
  },
  "sandbox.shm_size": size('"1m"', "256m", MIB),
  "sandbox.nofile_limit": integer(64, 1_073_741_816, 16_384),
  "sandbox.init": boolean(true),
  "sandbox.log_max_size": size('"1m"', "256m", MIB),
  "sandbox.network": {
    type: "text",
    read: read.network,
    fallback: "bridge",
    expected: words.expectNetwork,
  },
  "sandbox.read_only_root": boolean(false),
  "sandbox.user": {
    type: "text",
    read: read.user,
    example: "1000:1000",
    expected: words.expectUser,
  },
  "sandbox.runtime": {
    type: "text",
    read: read.runtime,
    example: "runsc",
    expected: words.expectRuntime,
  },
  "outputs.max_file_size": size("0", "2g", 0),
  "outputs.max_total_size": size("0", "20g", 0),
  "outputs.max_files": integer(1, 10_000, 200),
  "outputs.max_read_size": size("0", "40g", 0),
  "outputs.max_minutes": number(0, 525_600, 60),
  "retention.delivered_hours": number(0, 876_000, 24),
  "retention.failed_days": number(0, 36_500, 7),
  "retention.history_days": integer(0, 36_500, 365),
  "retention.max_total_size": size("0", "20g", 0),
  "retention.max_undelivered": integer(1, 1_000_000, 100),
  "disk.min_free": size("0", "2g", 0),
  "disk.critical_free": size("0", "512m", 0),
} as const satisfies Record<keyof typeof configKeyText, KeySpec>;

/** A key such as `server.base_url`. */
export type ConfigKey = keyof typeof KEYS;

/** The keys that always have a value. */
export type KeyWithDefault = {
  [K in ConfigKey]: (typeof KEYS)[K] extends { readonly fallback: unknown } ? K : never;
}[ConfigKey];

/** The values of all keys as the program uses them. */
export type Values = {
  readonly [K in ConfigKey]:
    | Readonly<NonNullable<ReturnType<(typeof KEYS)[K]["read"]>>>
    | (K extends KeyWithDefault ? never : undefined);
};

/** The keys of one `[[paths.mounts]]`. */
export const MOUNT_KEYS = {
  host: {
    type: "path",
    read: read.anyText,
    example: "/data/reference",
    expected: words.expectHostPath,
  },
  container: {
    type: "text",
    read: read.mountPoint,
    example: "/reference",
    expected: words.expectMountPoint,
  },
  readonly: boolean(false),
  secret: boolean(false),
} as const satisfies Record<keyof typeof mountKeyText, KeySpec>;
