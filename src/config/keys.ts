import * as z from "zod/mini";
import { type configKeyText, configText, type mountKeyText } from "../i18n/mod.ts";
import { DEFAULT_CAPABILITIES } from "./capabilities.ts";
import { boolean, integer, key, type KeySpec, number, size } from "./key_spec.ts";
import * as schemas from "./schemas.ts";

const MIB = 1024 ** 2;
const words = configText;

type AnyKey = KeySpec<z.ZodMiniType>;

/**
 * Every key of config.toml but the fields of the mounts, in the order of the default file. What each
 * means stands under the same name in src/i18n/config_keys.ts; the type {@linkcode Config}, the
 * variables and the default file follow from the two. A year and a day are upper bounds only so that a
 * slip of the finger is seen.
 */
export const KEYS = {
  "server.base_url": key({
    type: "url",
    schema: schemas.baseUrl,
    fallback: "http://127.0.0.1:8080",
    expected: words.expectBaseUrl,
  }),
  "server.poll_interval_secs": integer(1, 86_400, 5),
  "server.use_system_proxy": boolean(false),
  "agent.service_id": key({
    type: "text",
    schema: schemas.credential,
    expected: words.expectCredential,
  }),
  "agent.api_key": key({
    type: "text",
    schema: schemas.credential,
    expected: words.expectCredential,
  }),
  "agent.name": key({
    type: "text",
    schema: schemas.line,
    fallback: "agent-core",
    expected: words.expectText,
  }),
  "executor.executor_type": key({
    type: "text",
    schema: z.enum(["standard", "bash", "python", "custom"]),
    fallback: "standard",
    expected: words.expectExecutorType,
  }),
  "executor.image": key({
    type: "text",
    schema: schemas.image,
    fallback: "open-aaas-executor:latest",
    expected: words.expectImage,
  }),
  "executor.capacity": integer(1, 10_000, 2),
  "executor.timeout_minutes": number(0, 525_600, 0),
  "executor.memory_limit": key({
    type: "size",
    // The least that the engine takes.
    schema: schemas.size(6 * MIB),
    example: "4g",
    expected: words.expectSize({ min: '"6m"' }),
  }),
  "executor.working_dir": key({
    type: "text",
    schema: schemas.containerPath,
    fallback: "/workspace",
    expected: words.expectContainerPath,
  }),
  "executor.script_path": key({
    type: "text",
    schema: schemas.line,
    example: "/app/run.sh",
    expected: words.expectText,
  }),
  "executor.custom_entrypoint": key({
    type: "list",
    schema: schemas.command,
    example: ["python3", "/app/main.py"],
    expected: words.expectCommand,
  }),
  "executor.custom_args": key({
    type: "list",
    schema: schemas.args,
    example: ["--fast"],
    expected: words.expectArguments,
  }),
  "executor.enable_host_access": boolean(false),
  "executor.gpu.vendor": key({
    type: "text",
    schema: z.literal("nvidia"),
    example: "nvidia",
    expected: words.expectGpuVendor,
  }),
  "executor.gpu.devices": key({
    type: "list",
    schema: schemas.gpuDevices,
    example: "all",
    expected: words.expectGpuDevices,
  }),
  "paths.data_dir": key({
    type: "path",
    schema: z.string(),
    fallback: "./data",
    expected: words.expectHostPath,
  }),
  "paths.allow_network_fs": boolean(false),
  "paths.mounts": key({
    type: "tables",
    schema: z.array(z.unknown()),
    fallback: [],
    expected: words.expectMounts,
  }),
  "docker.host": key({
    type: "text",
    schema: schemas.dockerHost,
    example: "unix:///var/run/docker.sock",
    expected: words.expectDockerHost,
  }),
  "sandbox.no_new_privileges": boolean(true),
  "sandbox.capabilities": key({
    type: "list",
    schema: schemas.capabilities,
    fallback: [...DEFAULT_CAPABILITIES],
    expected: words.expectCapabilities,
  }),
  // The kernel's PID_MAX_LIMIT.
  "sandbox.pids_limit": integer(1, 4_194_304, 2048),
  "sandbox.cpus": key({
    type: "number",
    schema: schemas.cpus,
    fallback: 0,
    expected: words.expectCpus,
  }),
  "sandbox.shm_size": size('"1m"', "256m", MIB),
  "sandbox.nofile_limit": integer(64, 1_073_741_816, 16_384),
  "sandbox.init": boolean(true),
  "sandbox.log_max_size": size('"1m"', "256m", MIB),
  "sandbox.network": key({
    type: "text",
    schema: schemas.network,
    fallback: "bridge",
    expected: words.expectNetwork,
  }),
  "sandbox.read_only_root": boolean(false),
  "sandbox.user": key({
    type: "text",
    schema: schemas.user,
    example: "1000:1000",
    expected: words.expectUser,
  }),
  "sandbox.runtime": key({
    type: "text",
    schema: schemas.runtime,
    example: "runsc",
    expected: words.expectRuntime,
  }),
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
} as const satisfies Record<keyof typeof configKeyText, AnyKey>;

/** A key such as `server.base_url`. */
export type ConfigKey = keyof typeof KEYS;

/** The keys that always have a value. */
export type KeyWithDefault = {
  [K in ConfigKey]: (typeof KEYS)[K] extends { readonly fallback: unknown } ? K : never;
}[ConfigKey];

/** The values of all keys after their schemas. */
export type Values = {
  readonly [K in ConfigKey]:
    | Readonly<z.output<(typeof KEYS)[K]["schema"]>>
    | (K extends KeyWithDefault ? never : undefined);
};

/** The keys of one `[[paths.mounts]]`. */
export const MOUNT_KEYS = {
  host: key({
    type: "path",
    schema: z.string(),
    example: "/data/reference",
    expected: words.expectHostPath,
  }),
  container: key({
    type: "text",
    schema: schemas.mountPoint,
    example: "/reference",
    expected: words.expectMountPoint,
  }),
  readonly: boolean(false),
  secret: boolean(false),
} as const satisfies Record<keyof typeof mountKeyText, AnyKey>;
