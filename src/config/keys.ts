import * as z from "zod/mini";
import { configText } from "../i18n/mod.ts";
import { DEFAULT_CAPABILITIES } from "./capabilities.ts";
import { boolean, integer, key, number, size } from "./key_spec.ts";
import * as schemas from "./schemas.ts";

const MIB = 1024 ** 2;
const words = configText;

/**
 * Every key of config.toml but the fields of the mounts, in the order of the default file. A year
 * and a day are upper bounds only so that a slip of the finger is seen.
 */
export const KEYS = {
  "server.base_url": key({
    type: "url",
    schema: schemas.baseUrl,
    fallback: "http://127.0.0.1:8080",
    about: words.aboutServerBaseUrl,
    expected: words.expectBaseUrl,
  }),
  "server.poll_interval_secs": integer(1, 86_400, 5, { about: words.aboutServerPollIntervalSecs }),
  "server.use_system_proxy": boolean(false, { about: words.aboutServerUseSystemProxy }),
  "agent.service_id": key({
    type: "text",
    schema: schemas.credential,
    about: words.aboutAgentServiceId,
    expected: words.expectCredential,
  }),
  "agent.api_key": key({
    type: "text",
    schema: schemas.credential,
    about: words.aboutAgentApiKey,
    expected: words.expectCredential,
  }),
  "agent.name": key({
    type: "text",
    schema: schemas.line,
    fallback: "agent-core",
    about: words.aboutAgentName,
    expected: words.expectText,
  }),
  "executor.executor_type": key({
    type: "text",
    schema: z.enum(["standard", "bash", "python", "custom"]),
    fallback: "standard",
    about: words.aboutExecutorType,
    expected: words.expectExecutorType,
  }),
  "executor.image": key({
    type: "text",
    schema: schemas.image,
    fallback: "open-aaas-executor:latest",
    about: words.aboutExecutorImage,
    expected: words.expectImage,
  }),
  "executor.capacity": integer(1, 10_000, 2, { about: words.aboutExecutorCapacity }),
  "executor.timeout_minutes": number(0, 525_600, 0, { about: words.aboutExecutorTimeoutMinutes }),
  "executor.memory_limit": key({
    type: "size",
    // The least that the engine takes.
    schema: schemas.size(6 * MIB),
    example: "4g",
    about: words.aboutExecutorMemoryLimit,
    expected: words.expectSize({ min: '"6m"' }),
  }),
  "executor.working_dir": key({
    type: "text",
    schema: schemas.containerPath,
    fallback: "/workspace",
    about: words.aboutExecutorWorkingDir,
    expected: words.expectContainerPath,
  }),
  "executor.script_path": key({
    type: "text",
    schema: schemas.line,
    example: "/app/run.sh",
    about: words.aboutExecutorScriptPath,
    expected: words.expectText,
  }),
  "executor.custom_entrypoint": key({
    type: "list",
    schema: schemas.command,
    example: ["python3", "/app/main.py"],
    about: words.aboutExecutorCustomEntrypoint,
    expected: words.expectCommand,
  }),
  "executor.custom_args": key({
    type: "list",
    schema: schemas.args,
    example: ["--fast"],
    about: words.aboutExecutorCustomArgs,
    expected: words.expectArguments,
  }),
  "executor.enable_host_access": boolean(false, { about: words.aboutExecutorEnableHostAccess }),
  "executor.gpu.vendor": key({
    type: "text",
    schema: z.literal("nvidia"),
    example: "nvidia",
    about: words.aboutExecutorGpuVendor,
    expected: words.expectGpuVendor,
  }),
  "executor.gpu.devices": key({
    type: "list",
    schema: schemas.gpuDevices,
    example: "all",
    about: words.aboutExecutorGpuDevices,
    expected: words.expectGpuDevices,
  }),
  "paths.data_dir": key({
    type: "path",
    schema: z.string(),
    fallback: "./data",
    about: words.aboutPathsDataDir,
    expected: words.expectHostPath,
  }),
  "paths.allow_network_fs": boolean(false, { about: words.aboutPathsAllowNetworkFs }),
  "paths.mounts": key({
    type: "tables",
    schema: z.array(z.unknown()),
    fallback: [],
    about: words.aboutPathsMounts,
    expected: words.expectMounts,
  }),
  "docker.host": key({
    type: "text",
    schema: schemas.dockerHost,
    example: "unix:///var/run/docker.sock",
    about: words.aboutDockerHost,
    expected: words.expectDockerHost,
  }),
  "sandbox.no_new_privileges": boolean(true, { about: words.aboutSandboxNoNewPrivileges }),
  "sandbox.capabilities": key({
    type: "list",
    schema: schemas.capabilities,
    fallback: [...DEFAULT_CAPABILITIES],
    about: words.aboutSandboxCapabilities,
    expected: words.expectCapabilities,
  }),
  // The kernel's PID_MAX_LIMIT.
  "sandbox.pids_limit": integer(1, 4_194_304, 2048, { about: words.aboutSandboxPidsLimit }),
  "sandbox.cpus": key({
    type: "number",
    schema: schemas.cpus,
    fallback: 0,
    about: words.aboutSandboxCpus,
    expected: words.expectCpus,
  }),
  "sandbox.shm_size": size('"1m"', "256m", MIB, { about: words.aboutSandboxShmSize }),
  "sandbox.nofile_limit": integer(64, 1_073_741_816, 16_384, {
    about: words.aboutSandboxNofileLimit,
  }),
  "sandbox.init": boolean(true, { about: words.aboutSandboxInit }),
  "sandbox.log_max_size": size('"1m"', "256m", MIB, { about: words.aboutSandboxLogMaxSize }),
  "sandbox.network": key({
    type: "text",
    schema: schemas.network,
    fallback: "bridge",
    about: words.aboutSandboxNetwork,
    expected: words.expectNetwork,
  }),
  "sandbox.read_only_root": boolean(false, { about: words.aboutSandboxReadOnlyRoot }),
  "sandbox.user": key({
    type: "text",
    schema: schemas.user,
    example: "1000:1000",
    about: words.aboutSandboxUser,
    expected: words.expectUser,
  }),
  "sandbox.runtime": key({
    type: "text",
    schema: schemas.runtime,
    example: "runsc",
    about: words.aboutSandboxRuntime,
    expected: words.expectRuntime,
  }),
  "outputs.max_file_size": size("0", "2g", 0, { about: words.aboutOutputsMaxFileSize }),
  "outputs.max_total_size": size("0", "20g", 0, { about: words.aboutOutputsMaxTotalSize }),
  "outputs.max_files": integer(1, 10_000, 200, { about: words.aboutOutputsMaxFiles }),
  "outputs.max_read_size": size("0", "40g", 0, { about: words.aboutOutputsMaxReadSize }),
  "outputs.max_minutes": number(0, 525_600, 60, { about: words.aboutOutputsMaxMinutes }),
  "retention.delivered_hours": number(0, 876_000, 24, {
    about: words.aboutRetentionDeliveredHours,
  }),
  "retention.failed_days": number(0, 36_500, 7, { about: words.aboutRetentionFailedDays }),
  "retention.history_days": integer(0, 36_500, 365, { about: words.aboutRetentionHistoryDays }),
  "retention.max_total_size": size("0", "20g", 0, { about: words.aboutRetentionMaxTotalSize }),
  "retention.max_undelivered": integer(1, 1_000_000, 100, {
    about: words.aboutRetentionMaxUndelivered,
  }),
  "disk.min_free": size("0", "2g", 0, { about: words.aboutDiskMinFree }),
  "disk.critical_free": size("0", "512m", 0, { about: words.aboutDiskCriticalFree }),
} as const;

/** A key such as `server.base_url`. */
export type ConfigKey = keyof typeof KEYS;

/** The values of all keys after their schemas. */
export type Values = {
  readonly [K in ConfigKey]:
    | z.output<(typeof KEYS)[K]["schema"]>
    | ((typeof KEYS)[K] extends { readonly fallback: unknown } ? never : undefined);
};

/** The keys of one `[[paths.mounts]]`. */
export const MOUNT_KEYS = {
  host: key({
    type: "path",
    schema: z.string(),
    example: "/data/reference",
    about: words.aboutPathsMountHost,
    expected: words.expectHostPath,
  }),
  container: key({
    type: "text",
    schema: schemas.mountPoint,
    example: "/reference",
    about: words.aboutPathsMountContainer,
    expected: words.expectMountPoint,
  }),
  readonly: boolean(false, { about: words.aboutPathsMountReadonly }),
  secret: boolean(false, { about: words.aboutPathsMountSecret }),
} as const;
