import type { Config, Mount } from "./config.ts";
import type { Values } from "./keys.ts";

/** The checked values in the shape that the program uses. */
export function toConfig(values: Values, dataDir: string, mounts: readonly Mount[]): Config {
  return {
    server: {
      baseUrl: values["server.base_url"],
      pollIntervalSecs: values["server.poll_interval_secs"],
      useSystemProxy: values["server.use_system_proxy"],
    },
    agent: {
      serviceId: values["agent.service_id"],
      apiKey: values["agent.api_key"],
      name: values["agent.name"],
    },
    executor: toExecutor(values),
    paths: { dataDir, mounts, allowNetworkFs: values["paths.allow_network_fs"] },
    docker: { host: values["docker.host"] },
    sandbox: toSandbox(values),
    outputs: {
      maxFileSize: values["outputs.max_file_size"],
      maxTotalSize: values["outputs.max_total_size"],
      maxFiles: values["outputs.max_files"],
      maxReadSize: values["outputs.max_read_size"],
      maxMinutes: values["outputs.max_minutes"],
    },
    retention: {
      deliveredHours: values["retention.delivered_hours"],
      failedDays: values["retention.failed_days"],
      historyDays: values["retention.history_days"],
      maxTotalSize: values["retention.max_total_size"],
      maxUndelivered: values["retention.max_undelivered"],
    },
    disk: { minFree: values["disk.min_free"], criticalFree: values["disk.critical_free"] },
  };
}

function toExecutor(values: Values): Config["executor"] {
  const vendor = values["executor.gpu.vendor"];
  return {
    executorType: values["executor.executor_type"],
    image: values["executor.image"],
    capacity: values["executor.capacity"],
    timeoutMinutes: values["executor.timeout_minutes"],
    memoryLimit: values["executor.memory_limit"],
    workingDir: values["executor.working_dir"],
    scriptPath: values["executor.script_path"],
    customEntrypoint: values["executor.custom_entrypoint"]?.length
      ? values["executor.custom_entrypoint"]
      : undefined,
    customArgs: values["executor.custom_args"],
    enableHostAccess: values["executor.enable_host_access"],
    gpu: vendor && { vendor, devices: values["executor.gpu.devices"] ?? "all" },
  };
}

function toSandbox(values: Values): Config["sandbox"] {
  return {
    noNewPrivileges: values["sandbox.no_new_privileges"],
    capabilities: values["sandbox.capabilities"],
    pidsLimit: values["sandbox.pids_limit"],
    cpus: values["sandbox.cpus"],
    shmSize: values["sandbox.shm_size"],
    nofileLimit: values["sandbox.nofile_limit"],
    init: values["sandbox.init"],
    logMaxSize: values["sandbox.log_max_size"],
    network: values["sandbox.network"],
    readOnlyRoot: values["sandbox.read_only_root"],
    user: values["sandbox.user"],
    runtime: values["sandbox.runtime"],
  };
}
