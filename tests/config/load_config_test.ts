import assert from "node:assert/strict";
import { join } from "node:path";
import { ConfigFailure, ConfigMissing, loadConfig } from "../../src/config/mod.ts";
import { inFolder, load, refusal, writeConfig } from "./with_config.ts";

/** Each text, and for each of its problems the line and what the message must say. */
const REFUSED: readonly [text: string, ...problems: [line: number | undefined, words: RegExp][]][] =
  [
    // Broken TOML, the same with every parser.
    ["a = 1\na = 2", [2, /a appears twice, first on line 1/]],
    ["[server]\n[agent]\n[server]\n", [3, /\[server\] appears twice, first on line 1/]],
    ["a=1 b=2", [1, /something follows/]],
    ["[server] a=1", [1, /something follows/]],
    ["[server]\nbase_url = http://x\n[agent]\nname = lab\n", [
      2,
      /server\.base_url is http:\/\/x, which is not a number.*double quotes/,
    ], [4, /agent\.name is lab/]],
    ["\n\nname =\n", [3, /name has no value/]],
    ["name\n", [1, /= is missing/]],
    ["[server\n", [1, /closing bracket/]],
    ["[[paths.mounts]\n", [1, /closing bracket/]],
    ['x = "abc\ny = 1', [1, /x: the closing quote is missing/]],
    ["\nx = '''abc\ny = 1", [2, /x: the closing quote is missing/]],
    ["x = [1, 2", [1, /x: a comma or the closing bracket/]],
    ["x = [1 2]", [1, /x: a comma/]],
    ["x = { a = 1, a = 2 }", [1, /x\.a appears twice/]],
    ["x = { a.b = 1 }\nx.a.c = 2", [2, /twice/]],
    ["a.b = 1\n[a]\nc = 2", [2, /\[a\] appears twice/]],
    ["[a.b]\n[a]\nb.c = 1", [3, /a\.b\.c appears twice/]],
    ["[paths]\nmounts = []\n[[paths.mounts]]\n", [3, /twice/]],
    ['[paths]\ndata_dir = "C:\\Users\\me"', [2, /paths\.data_dir: a backslash.*single quotes/]],
    ['x = "\\ud800"', [1, /escape/]],
    ["x = 'a\x01b'", [1, /control character/]],
    ["# a\x07\n", [1, /control character/]],
    ["x = 01", [1, /not a number/]],
    ["x = 1__0", [1, /not a number/]],
    ["x = 9007199254740992", [1, /x is 9007199254740992, which is too large/]],
    ["x = -9007199254740992", [1, /too large/]],
    ["x = 0xfffffffffffffffff", [1, /too large/]],
    ["x = " + "[".repeat(5000), [1, /nested more than 20/]],
    ["x = " + "{a=".repeat(5000), [1, /nested more than 20/]],
    ["a" + ".a".repeat(5000) + " = 1", [1, /nested more than 20/]],
    ["é = 1", [1, /expected a key/]],
    // Sections and lists of the wrong shape.
    ["server = 3", [1, /server is 3; expected a section, written \[server\]/]],
    ["[[server]]\nbase_url = 3", [1, /server is a list; expected a section/]],
    ["[executor]\ngpu = 'nvidia'", [2, /executor\.gpu is 'nvidia'; expected a section/]],
    ["[paths.mounts]\nhost = '/a'", [1, /paths\.mounts is a table; expected a list of mounts/]],
    ["[paths]\nmounts = ['/a:/b']", [
      2,
      /paths\.mounts\[0\] is '\/a:\/b'; expected a list of mounts/,
    ]],
    ["[server.base_url]\n", [1, /server\.base_url is a table; expected the Server's URL/]],
    // All problems at once, in the order of the file.
    [
      "[executor]\ncapacity = 0\ntimeout_minutes = -1\n[server]\nbase_url = 'x'\npoll_interval_secs = 0.5",
      [2, /executor\.capacity is 0; expected a whole number from 1/],
      [3, /executor\.timeout_minutes is -1; expected a number from 0/],
      [5, /server\.base_url is 'x'; expected the Server's URL/],
      [6, /server\.poll_interval_secs is 0\.5/],
    ],
    ["[server]\nbase_url = 'ftp://x'", [2, /http:\/\//]],
    ["[server]\nbase_url = 'http://'", [2, /http:\/\//]],
    ["[server]\nbase_url = 'http://x/?a=1'", [2, /without user name/]],
    ["[server]\nbase_url = 'http://user:secret@x/'", [2, /'http:\/\/\*\*\*@x\/'/]],
    ["[server]\nuse_system_proxy = 'yes'", [2, /true or false/]],
    ["[server]\npoll_interval_secs = inf", [2, /is inf; expected/]],
    ["[agent]\nservice_id = 'a b'", [2, /agent\.service_id is 'a b'/]],
    ["[agent]\nname = 5", [2, /agent\.name is 5; expected text/]],
    ["[agent]\nname = 2026-01-01", [2, /agent\.name is 2026-01-01; expected text/]],
    ["[executor]\nexecutor_type = 'shell'", [2, /"standard", "bash", "python" or "custom"/]],
    ["[executor]\nexecutor_type = 'bash'", [2, /is "bash", but executor\.script_path is missing/]],
    ["[executor]\nexecutor_type = 'python'\nscript_path = ''", [2, /script_path is missing/]],
    ["[executor]\nexecutor_type = 'bash'\nscript_path = 3", [3, /script_path is 3; expected text/]],
    ["[executor]\nexecutor_type = 'custom'", [2, /custom_entrypoint is missing/]],
    ["[executor]\nexecutor_type = 'custom'\ncustom_entrypoint = []", [
      2,
      /custom_entrypoint is missing/,
    ]],
    ["[executor]\nexecutor_type = 'custom'\ncustom_entrypoint = [1]", [
      3,
      /is \[1\]; expected a program/,
    ]],
    ["[executor]\nimage = ''", [2, /the name of an image/]],
    ["[executor]\nimage = 'a b'", [2, /the name of an image/]],
    ["[executor]\nimage = 'a@sha256:123'", [2, /with a digest: NAME@sha256:<64 hex digits>/]],
    [`[executor]\nimage = 'a:1@sha256:${"A".repeat(64)}'`, [2, /the name of an image/]],
    [`[executor]\nimage = 'a@${"1".repeat(64)}'`, [2, /the name of an image/]],
    [`[executor]\nimage = '@sha256:${"1".repeat(64)}'`, [2, /the name of an image/]],
    ["[executor]\npull = 'never'", [2, /pull is 'never'; expected "missing" or "always"/]],
    ["[executor]\npull = true", [2, /"missing" or "always"/]],
    ["[executor]\ncapacity = 1.5", [2, /capacity is 1\.5/]],
    ["[executor]\nmemory_limit = '5m'", [
      2,
      /memory_limit is '5m'; expected a size of at least "6m"/,
    ]],
    ["[executor]\nmemory_limit = '4x'", [2, /memory_limit is '4x'/]],
    ["[executor]\nworking_dir = 'work'", [2, /an absolute path in the container/]],
    ["[executor]\nworking_dir = '/a/../b'", [2, /without \.\./]],
    ["[executor.gpu]\nvendor = 'intel'", [2, /vendor is 'intel'; expected "nvidia" or "amd"/]],
    ["[executor.gpu]\ndevices = ['0']", [2, /devices is set, .*gpu\.vendor is missing/]],
    ["[executor.gpu]\nper_task = 1", [2, /per_task is set, .*gpu\.vendor is missing/]],
    ["[executor.gpu]\nvendor = 'amd'\nper_task = 0", [3, /from 1 to 1024/]],
    ["[executor.gpu]\nvendor = 'amd'\nper_task = 1\ntasks_per_gpu = 0", [4, /from 1 to 1000/]],
    ["[executor.gpu]\nvendor = 'nvidia'\ndevices = '0,0'", [3, /names a device twice/]],
    ["[executor.gpu]\nvendor = 'nvidia'\ndevices = '0,1'\nper_task = 3", [
      4,
      /per_task is 3, but .*devices names 2/,
    ]],
    ["[executor.gpu]\nvendor = 'nvidia'\ndevices = '0,,1'", [3, /"all" or a list/]],
    ["[executor.gpu]\nvendor = 'nvidia'\ndevices = []", [3, /"all" or a list/]],
    ["[docker]\nhost = 'ssh://me@x'", [2, /unix:\/\//]],
    ["[docker]\nhost = '/var/run/docker.sock'", [2, /unix:\/\//]],
    ["[sandbox]\ncapabilities = ['ALL']", [2, /not "ALL"/]],
    ["[sandbox]\ncapabilities = ['CHOWM']", [2, /single Linux capabilities/]],
    ["[sandbox]\ncapabilities = 'CHOWN'", [2, /single Linux capabilities/]],
    ["[sandbox]\nnetwork = 'host'", [2, /not "host"/]],
    ["[sandbox]\nnetwork = 'container:x'", [2, /another container/]],
    ["[sandbox]\npids_limit = 0", [2, /pids_limit is 0/]],
    ["[sandbox]\ncpus = 0.001", [2, /0\.01/]],
    ["[sandbox]\nuser = 'a:b:c'", [2, /uid:gid/]],
    ["[sandbox]\nshm_size = 0", [2, /at least "1m"/]],
    ["[disk]\nmin_free = '1g'\ncritical_free = '2g'", [
      3,
      /critical_free \(2147483648 bytes\) is above/,
    ]],
    ["[disk]\nmin_free = '1m'", [2, /is above disk\.min_free/]],
    // Mounts.
    ["[[paths.mounts]]\ncontainer = '/a'", [1, /paths\.mounts\[0\]\.host is not set/]],
    ["[[paths.mounts]]\nhost = '/a'", [1, /paths\.mounts\[0\]\.container is not set/]],
    ["[[paths.mounts]]\nhost = '/a'\ncontainer = 'a'", [
      3,
      /mounts\[0\]\.container is 'a'; expected an absolute/,
    ]],
    ["[[paths.mounts]]\nhost = '/a'\ncontainer = '/'", [3, /not \/ or \/workspace/]],
    ["[[paths.mounts]]\nhost = '/a'\ncontainer = '//workspace//'", [3, /not \/ or \/workspace/]],
    ["[[paths.mounts]]\nhost = '/a'\ncontainer = '/a'\nreadonly = 'no'", [
      4,
      /readonly is 'no'; expected true or false/,
    ]],
    [
      "[[paths.mounts]]\nhost='/a'\ncontainer='/d'\n[[paths.mounts]]\nhost='/b'\ncontainer='/d/'",
      [6, /paths\.mounts\[1\]\.container is "\/d", the same as paths\.mounts\[0\]\.container/],
    ],
    ["[paths]\ndata_dir = 'C:\\data'", [2, /one of Windows/]],
    ['[paths]\ndata_dir = "C:\\new"', [2, /single quotes/]],
    ["[paths]\ndata_dir = ''", [2, /a path on this machine/]],
  ];

for (const [text, ...expected] of REFUSED) {
  const name = JSON.stringify(text).slice(0, 80);
  Deno.test(`loadConfig() refuses ${name}`, async () => {
    const error = await refusal(load(text));
    const found = error.problems.map(({ line, text }) => [line, text.en]);
    assert.equal(error.problems.length, expected.length, JSON.stringify(found));
    for (const [index, [line, words]] of expected.entries()) {
      const problem = error.problems[index]!;
      assert.equal(problem.line, line);
      assert.match(problem.text.en, words);
      assert.match(problem.text.en, new RegExp(`config\\.toml, line ${line}: `));
      assert.match(problem.text.zh, new RegExp(`config\\.toml 第 ${line} 行：`));
      assert.ok(error.text.en.includes(problem.text.en));
    }
  });
}

Deno.test("loadConfig() of an empty file gives the defaults", async () => {
  const { config, warnings } = await load("");
  assert.deepEqual(warnings, []);
  assert.deepEqual(config.server, {
    baseUrl: "http://127.0.0.1:8080",
    pollIntervalSecs: 5,
    useSystemProxy: false,
  });
  assert.deepEqual(config.agent, { serviceId: undefined, apiKey: undefined, name: "agent-core" });
  assert.equal(config.executor.executorType, "standard");
  assert.equal(config.executor.image, "open-aaas-executor:latest");
  assert.equal(config.executor.capacity, 2);
  assert.equal(config.executor.timeoutMinutes, 0);
  assert.equal(config.executor.workingDir, "/workspace");
  assert.equal(config.executor.memoryLimit, undefined);
  assert.equal(config.executor.enableHostAccess, false);
  assert.equal(config.executor.gpu, undefined);
  assert.deepEqual(config.paths.mounts, []);
  assert.equal(config.docker.host, undefined);
  assert.deepEqual(config.sandbox, {
    noNewPrivileges: true,
    capabilities: [
      "CHOWN",
      "DAC_OVERRIDE",
      "FOWNER",
      "FSETID",
      "KILL",
      "NET_BIND_SERVICE",
      "SETGID",
      "SETUID",
    ],
    pidsLimit: 2048,
    cpus: 0,
    shmSize: 256 * 1024 ** 2,
    nofileLimit: 16384,
    init: true,
    logMaxSize: 256 * 1024 ** 2,
    network: "bridge",
    readOnlyRoot: false,
    user: undefined,
    runtime: undefined,
  });
  assert.deepEqual(config.outputs, {
    maxFileSize: 2 * 1024 ** 3,
    maxTotalSize: 20 * 1024 ** 3,
    maxFiles: 200,
    maxReadSize: 40 * 1024 ** 3,
    maxMinutes: 60,
  });
  assert.deepEqual(config.retention, {
    deliveredHours: 24,
    failedDays: 7,
    historyDays: 365,
    maxTotalSize: 20 * 1024 ** 3,
    maxUndelivered: 100,
  });
  assert.deepEqual(config.disk, { minFree: 2 * 1024 ** 3, criticalFree: 512 * 1024 ** 2 });
});

Deno.test("loadConfig() reads every form of a value", async () => {
  const { config, warnings } = await load(
    `\ufeff# comment
server = { base_url = "https://example.org/api//", poll_interval_secs = 1_0 }
agent.name = '''
实验室'''
agent.service_id = ""
agent.api_key = ''\r
[executor]
"executor_type" = "custom"
custom_entrypoint = "/app/run"
custom_args = [
  "a", # one
  'b',
]
memory_limit = "4GiB"
timeout_minutes = 0.5
gpu.vendor = "nvidia"
gpu.devices = [0, "1"]
[sandbox]
capabilities = ["cap_chown", "CHOWN", "setuid"]
shm_size = 1048576
[outputs]
max_file_size = 0
`.replaceAll("\n", "\r\n").replaceAll("\r\r", "\r"),
  );
  assert.deepEqual(warnings, []);
  assert.equal(config.server.baseUrl, "https://example.org/api");
  assert.equal(config.server.pollIntervalSecs, 10);
  assert.deepEqual(config.agent, { name: "实验室", serviceId: undefined, apiKey: undefined });
  assert.deepEqual(config.executor.customEntrypoint, ["/app/run"]);
  assert.deepEqual(config.executor.customArgs, ["a", "b"]);
  assert.equal(config.executor.memoryLimit, 4 * 1024 ** 3);
  assert.equal(config.executor.timeoutMinutes, 0.5);
  assert.deepEqual(config.executor.gpu, {
    vendor: "nvidia",
    devices: ["0", "1"],
    perTask: undefined,
    tasksPerGpu: 1,
  });
  assert.deepEqual(config.sandbox.capabilities, ["CHOWN", "SETUID"]);
  assert.equal(config.sandbox.shmSize, 1024 ** 2);
  assert.equal(config.outputs.maxFileSize, 0);
});

Deno.test("loadConfig() takes relative paths from the file's folder and ~ from home", async () => {
  await inFolder(async (folder) => {
    const path = await writeConfig(
      folder,
      `[paths]\ndata_dir = "../data/"\n[[paths.mounts]]\nhost = "~/x"\ncontainer = "/x/"\nreadonly = true
[[paths.mounts]]\nhost = "ref"\ncontainer = "/workspace/ref"\n`,
    );
    const o = { path, env: {}, home: "/home/me", os: "linux", wsl: false } as const;
    const { config } = await loadConfig(o);
    assert.equal(config.paths.dataDir, join(folder, "../data"));
    assert.deepEqual(config.paths.mounts, [
      { host: "/home/me/x", container: "/x", readonly: true, secret: false },
      { host: join(folder, "ref"), container: "/workspace/ref", readonly: false, secret: false },
    ]);
  });
});

Deno.test("loadConfig() names what cannot be read", async () => {
  await inFolder(async (folder) => {
    const at = (path: string) => loadConfig({ path, env: {} }).catch((error) => error);
    const missing = await at(join(folder, "none.toml"));
    assert.ok(missing instanceof ConfigMissing);
    assert.match(missing.text.en, /none\.toml.*agent-core init/);
    assert.match((await at(folder)).text.en, /is not a regular file/);
    const path = await writeConfig(folder, new Uint8Array([0x61, 0x0a, 0x62, 0xff, 0x0a]));
    assert.match((await at(path)).text.en, /config\.toml, line 2: this is not UTF-8/);
    assert.ok(await at(join(path, "below")) instanceof ConfigFailure);
    await Deno.writeFile(path, new Uint8Array(1024 * 1024 + 1).fill(0x23));
    assert.match((await at(path)).text.en, /has 1048577 bytes/);
    await writeConfig(folder, new Uint8Array([0xff, 0xfe, 0x61, 0x00]));
    assert.match((await at(path)).text.en, /line 1: this is not UTF-8/);
  });
});

Deno.test("loadConfig() does not wait at a pipe", async () => {
  if (Deno.build.os === "windows") return;
  await inFolder(async (folder) => {
    const path = join(folder, "pipe");
    assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
    const error = await loadConfig({ path, env: {} }).catch((error) => error);
    assert.match(error.text.en, /is not a regular file/);
  });
});

Deno.test("no problem shows the api key", async () => {
  const key = "ak_agent_0123456789abcdef";
  const texts = [
    `[agent]\napi_key = ${key}`,
    `[agent]\napi_key = "${key} "`,
    `[agent]\napi_key = ["${key}"]`,
    `[agent]\napi_key = { "${key}" = 1 }`,
    `[agent]\napi_key = "${key}`,
    `[agent]\napi_key = "${key}" x`,
    `[agent]\napi_key = "${key}"\napi_key = "${key}"`,
    `agent = "${key}"`,
    `[agent]\nservice_id = "${key} x"`,
    `[agent]\n${key}`,
    `[server]\nbase_url = "http://x/?key=${key}"`,
    `api_key "${key}"`,
  ];
  for (const text of texts) {
    const error = await refusal(load(text));
    const said = `${error.message}${error.stack}${JSON.stringify(error.text)}`;
    assert.ok(!said.includes("0123456789"), said);
  }
  const env = { AGENT_CORE_AGENT_API_KEY: `${key} x` };
  const error = await refusal(load("", { env }));
  assert.match(error.text.en, /environment variable AGENT_CORE_AGENT_API_KEY: .* \(hidden\)/);
});

Deno.test("a message shows what was found in one harmless line", async () => {
  const error = await load('[executor]\nimage = "a\\u001b[31m\\n\\u202e' + "x".repeat(500) + '"')
    .catch((error) => error);
  const escaped = await load("", {
    env: { AGENT_CORE_EXECUTOR_IMAGE: "\x1b[31m\u202e\nx" },
  }).catch((error) => error);
  for (const { text } of [error, escaped]) {
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text.en, /[\x00-\x1f\u202e]/);
    assert.ok(text.en.length < 400, text.en);
  }
});

Deno.test("GPUs may be listed in one text, as other agents for this Server write them", async () => {
  const devices = async (written: string) => {
    const text = `[executor.gpu]\nvendor = "nvidia"\ndevices = ${written}`;
    return (await load(text)).config.executor.gpu?.devices;
  };
  assert.deepEqual(await devices('"0,1"'), ["0", "1"]);
  assert.deepEqual(await devices('"0, GPU-3a2f"'), ["0", "GPU-3a2f"]);
  assert.deepEqual(await devices('"0"'), ["0"]);
  assert.equal(await devices('"all"'), "all");
});
