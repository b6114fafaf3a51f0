import assert from "node:assert/strict";
import { configKeys } from "./config_keys.ts";
import { load, refusal } from "./with_config.ts";

Deno.test("every key can be set by its environment variable", async () => {
  const values: Record<string, string> = {
    "server.base_url": "https://env.example/",
    "server.poll_interval_secs": "7",
    "server.use_system_proxy": "yes",
    "agent.service_id": "svc_env",
    "agent.api_key": "ak_env",
    "agent.name": "env name",
    "executor.executor_type": "custom",
    "executor.image": "env/image:1",
    "executor.pull": "always",
    "executor.capacity": "9",
    "executor.timeout_minutes": "1.5",
    "executor.memory_limit": "1024m",
    "executor.working_dir": "/env",
    "executor.script_path": "/env.sh",
    "executor.custom_entrypoint": '["/a","b,c"]',
    "executor.custom_args": "x, y",
    "executor.enable_host_access": "1",
    "executor.gpu.vendor": "nvidia",
    "executor.gpu.devices": "0,1",
    "executor.gpu.per_task": "2",
    "executor.gpu.tasks_per_gpu": "3",
    "paths.data_dir": "envdata",
    "paths.allow_network_fs": "on",
    "paths.mounts": '[{"host":"ref","container":"/ref","readonly":true}]',
    "docker.host": "tcp://127.0.0.1:2375",
    "sandbox.no_new_privileges": "FALSE",
    "sandbox.capabilities": "[]",
    "sandbox.pids_limit": "100",
    "sandbox.cpus": "1.5",
    "sandbox.shm_size": "1m",
    "sandbox.nofile_limit": "64",
    "sandbox.init": "off",
    "sandbox.log_max_size": "2m",
    "sandbox.network": "lab",
    "sandbox.read_only_root": "true",
    "sandbox.user": "1000:1000",
    "sandbox.runtime": "runsc",
    "outputs.max_file_size": "1g",
    "outputs.max_total_size": "0",
    "outputs.max_files": "5",
    "outputs.max_read_size": "6g",
    "outputs.max_minutes": "2.5",
    "retention.delivered_hours": "0",
    "retention.failed_days": "0.5",
    "retention.history_days": "30",
    "retention.max_total_size": "3g",
    "retention.max_undelivered": "4",
    "disk.min_free": "4g",
    "disk.critical_free": "3g",
  };
  const env = Object.fromEntries(
    configKeys().map(({ key, env }) => {
      assert.ok(key in values, `the test lacks ${key}`);
      return [env, values[key]!];
    }),
  );
  const { config } = await load('[server]\nbase_url = "http://file"\n', { env });
  assert.deepEqual(config, {
    server: { baseUrl: "https://env.example", pollIntervalSecs: 7, useSystemProxy: true },
    agent: { serviceId: "svc_env", apiKey: "ak_env", name: "env name" },
    executor: {
      executorType: "custom",
      image: "env/image:1",
      pull: "always",
      capacity: 9,
      timeoutMinutes: 1.5,
      memoryLimit: 1024 ** 3,
      workingDir: "/env",
      scriptPath: "/env.sh",
      customEntrypoint: ["/a", "b,c"],
      customArgs: ["x", "y"],
      enableHostAccess: true,
      gpu: { vendor: "nvidia", devices: ["0", "1"], perTask: 2, tasksPerGpu: 3 },
    },
    paths: {
      dataDir: "/cwd/envdata",
      mounts: [{ host: "/cwd/ref", container: "/ref", readonly: true, secret: false }],
      allowNetworkFs: true,
    },
    docker: { host: "tcp://127.0.0.1:2375" },
    sandbox: {
      noNewPrivileges: false,
      capabilities: [],
      pidsLimit: 100,
      cpus: 1.5,
      shmSize: 1024 ** 2,
      nofileLimit: 64,
      init: false,
      logMaxSize: 2 * 1024 ** 2,
      network: "lab",
      readOnlyRoot: true,
      user: "1000:1000",
      runtime: "runsc",
    },
    outputs: {
      maxFileSize: 1024 ** 3,
      maxTotalSize: 0,
      maxFiles: 5,
      maxReadSize: 6 * 1024 ** 3,
      maxMinutes: 2.5,
    },
    retention: {
      deliveredHours: 0,
      failedDays: 0.5,
      historyDays: 30,
      maxTotalSize: 3 * 1024 ** 3,
      maxUndelivered: 4,
    },
    disk: { minFree: 4 * 1024 ** 3, criticalFree: 3 * 1024 ** 3 },
  });
});

Deno.test("a flag wins over the environment, the environment over the file", async () => {
  const text = '[executor]\ncapacity = 1\nimage = "file"\n[agent]\nname = "file"\n';
  const env = { AGENT_CORE_EXECUTOR_IMAGE: "env", AGENT_CORE_AGENT_NAME: "env" };
  const overrides = { "agent.name": "flag", "executor.capacity": 5, "paths.data_dir": "x" };
  const { config } = await load(text, { env, overrides });
  assert.equal(config.executor.capacity, 5);
  assert.equal(config.executor.image, "env");
  assert.equal(config.agent.name, "flag");
  assert.equal(config.paths.dataDir, "/cwd/x");
  const fromText = await load("", { overrides: { "executor.capacity": "7" } });
  assert.equal(fromText.config.executor.capacity, 7);
});

Deno.test("a better value from above mends a wrong one in the file", async () => {
  const { config } = await load("[executor]\ncapacity = 0", {
    env: { AGENT_CORE_EXECUTOR_CAPACITY: "3" },
  });
  assert.equal(config.executor.capacity, 3);
});

Deno.test("an empty variable counts as not set", async () => {
  const { config } = await load('[agent]\nservice_id = "svc"', {
    env: { AGENT_CORE_AGENT_SERVICE_ID: "", AGENT_CORE_EXECUTOR_IMAGE: "" },
  });
  assert.equal(config.agent.serviceId, "svc");
  assert.equal(config.executor.image, "open-aaas-executor:latest");
});

const WRONG: readonly [variable: string, value: string, words: RegExp][] = [
  ["EXECUTOR_CAPACITY", "two", /EXECUTOR_CAPACITY: executor\.capacity is "two"; expected a whole/],
  ["EXECUTOR_CAPACITY", "1e9", /expected a whole/],
  ["SANDBOX_INIT", "maybe", /true or false/],
  ["PATHS_MOUNTS", "/a:/b", /JSON in an environment variable/],
  ["PATHS_MOUNTS", '["/a"]', /paths\.mounts\[0\] is/],
  ["PATHS_MOUNTS", "null", /JSON/],
  ["PATHS_MOUNTS", '[{"host":"/a","container":"b"}]', /paths\.mounts\[0\]\.container is "b"/],
  ["PATHS_MOUNTS", '[{"container":"/b","__proto__":{"host":"/a"}}]', /host is not set/],
  ["EXECUTOR_CUSTOM_ARGS", "[1", /a list of texts/],
  ["SANDBOX_CAPABILITIES", "CHOWN,FOO", /single Linux capabilities/],
];

for (const [variable, value, words] of WRONG) {
  Deno.test(`AGENT_CORE_${variable}=${value} is refused by name`, async () => {
    const error = await refusal(load("", { env: { [`AGENT_CORE_${variable}`]: value } }));
    assert.match(error.text.en, /environment variable AGENT_CORE_/);
    assert.match(error.text.en, words);
  });
}

Deno.test("a flag for a key that is none does not compile", async () => {
  // @ts-expect-error There is no key of this name.
  await load("", { overrides: { "server.url": "x" } });
});
