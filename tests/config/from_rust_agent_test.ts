import assert from "node:assert/strict";

import { load } from "./with_config.ts";

/** Every key that the Rust agent for this Server knows. */
const TEXT = `
[server]
base_url = "http://127.0.0.1:8080"
poll_interval_secs = 5
use_system_proxy = false

[agent]
service_id = "svc-1"
api_key = "ak_1"
name = "lab"

[executor]
executor_type = "bash"
image = "open-aaas-executor:latest"
capacity = 2
timeout_minutes = 0
memory_limit = "4g"
working_dir = "/workspace"
script_path = "/opt/run.sh"
enable_host_access = true

[paths]
data_dir = "./data"

[[paths.mounts]]
host = "./share"
container = "/share"
readonly = true
`;

Deno.test("a configuration of the Rust agent is taken as it is", async () => {
  const { config, warnings } = await load(TEXT);
  assert.deepEqual(warnings, []);
  assert.equal(config.agent.serviceId, "svc-1");
  assert.equal(config.executor.scriptPath, "/opt/run.sh");
  assert.equal(config.executor.memoryLimit, 4 * 1024 ** 3);
  assert.equal(config.paths.mounts[0].container, "/share");
});

Deno.test("so is one that it has just made: without a registration and without mounts", async () => {
  const text = '[agent]\nname = "agent-core"\n[paths]\ndata_dir = "./data"\nmounts = []\n';
  assert.deepEqual((await load(text)).warnings, []);
  const blank = '[agent]\nservice_id = ""\napi_key = ""\n';
  assert.equal((await load(blank)).config.agent.apiKey, undefined);
});

Deno.test("a script without a path is said to be missing: nothing is taken for it", async () => {
  await assert.rejects(load('[executor]\nexecutor_type = "python"\n'), /script_path is missing/);
});
