import assert from "node:assert/strict";
import { join } from "@std/path";

import { checkDataFolder } from "../../src/cli/doctor/check_data_folder.ts";
import type { CheckContext } from "../../src/cli/doctor/check.ts";
import { startDevServer } from "../../src/devserver/mod.ts";
import { testConfig } from "../executor/helpers.ts";
import { TEST_ENGINE } from "../support/engine_kind.ts";
import { smallDisk } from "../support/small_disk.ts";
import { ANSI, createPlace, withServer } from "./support/place.ts";

const ENGINE = TEST_ENGINE.isPodman ? "Podman" : "Docker";

Deno.test("a disk without inodes is a problem", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using disk = await smallDisk("size=1m,nr_inodes=500");
  const config = { ...testConfig(disk.path), disk: { minFree: 1, criticalFree: 0 } };
  const findings = await checkDataFolder({ config } as CheckContext);
  const found = findings.find(({ what }) => /inodes left/.test(what.en));
  assert.equal(found?.level, "problem");
});

Deno.test("all is well: everything is named, exit code 0", async () => {
  await withServer(async (place, server) => {
    const agent = server.createAgent("lab");
    const mount = join(place.folder, "reference");
    await Deno.mkdir(mount);
    const more = `[[paths.mounts]]\nhost = ${JSON.stringify(mount)}\ncontainer = "/ref"\n`;
    await place.configure({ url: server.url, agent, more });
    const before = server.service(agent.serviceId);
    const { code, stdout, stderr } = await place.run(["doctor"]);
    assert.equal(code, 0, stdout);
    assert.equal(stderr, "");
    assert.doesNotMatch(stdout, ANSI);
    assert.doesNotMatch(stdout, /\[problem\]/);
    for (
      const words of [
        place.configPath,
        `The Server ${server.url} answers`,
        agent.serviceId,
        "clock",
        "proxy",
        `${ENGINE} ${TEST_ENGINE.version} (API `,
        "Image agent-core-test:latest",
        `Mount ${mount} → /ref`,
        `The data folder ${place.dataDir}`,
        "GB free",
      ]
    ) {
      assert.ok(stdout.includes(words), `${words} is missing:\n${stdout}`);
    }
    await assert.rejects(Deno.stat(place.dataDir), Deno.errors.NotFound);
    // It leaves no trace at the Server.
    assert.deepEqual(server.service(agent.serviceId), before);
  });
});

Deno.test("what is wrong is said with how to mend it, exit code 1", async () => {
  await using server = await startDevServer();
  await using place = await createPlace();
  const agent = { ...server.createAgent("lab"), apiKey: "ak_agent_wrong" };
  await place.configure({
    url: server.url,
    agent,
    image: "no-such-image:1",
    more: `[executor.gpu]
vendor = "nvidia"
[sandbox]
runtime = "no-such-runtime"
[[paths.mounts]]
host = "/no/such/folder"
container = "/ref"
`,
  });
  const { code, stdout } = await place.run(["doctor"]);
  assert.equal(code, 1);
  for (
    const words of [
      /\[problem\] The Server refuses the key.*\n +→ .*register --force/,
      /\[warning\] The image no-such-image:1 is not on this machine yet.*\n +→ .*(docker|podman) pull/,
      ...TEST_ENGINE.isPodman
        ? [
          /\[problem\] Podman does not choose .*no-such-runtime/,
          /\[warning\] GPUs are asked of Podman as CDI devices, but no .*\n +→ .*nvidia-ctk/,
        ]
        : [
          /\[problem\] Docker has no runtime no-such-runtime.*Install it/,
          /\[problem\] GPUs are configured.*\n +→ .*nvidia-container-toolkit/,
        ],
      /\[problem\] \/no\/such\/folder.*\n +→ /,
      TEST_ENGINE.isPodman ? /Problems: 3, warnings: 2\./ : /Problems: 4, warnings: 1\./,
    ]
  ) {
    assert.match(stdout, words);
  }
});

Deno.test("no Server, no engine, no room: each is found", async () => {
  await using place = await createPlace();
  await place.configure({ url: "http://127.0.0.1:1" });
  const text = await Deno.readTextFile(place.configPath);
  await Deno.writeTextFile(place.configPath, text.replace('"64m"', '"8000t"'));
  const { code, stdout } = await place.run(["doctor"], {
    DOCKER_HOST: "unix:///no/such/docker.sock",
    HTTP_PROXY: "http://user:secret@127.0.0.1:2",
  });
  assert.equal(code, 1);
  assert.match(stdout, /\[problem\] The Server http:\/\/127\.0\.0\.1:1 does not answer/);
  assert.match(stdout, /server\.use_system_proxy/);
  assert.match(
    stdout,
    /\[problem\] The container engine cannot be used:[^]*no\/such\/docker\.sock/,
  );
  assert.match(stdout, /\[problem\] Only .* GB free/);
  assert.doesNotMatch(stdout, /secret/);
});

Deno.test("without a configuration, or with a broken one, it still helps; in Chinese too", async () => {
  await using place = await createPlace();
  const none = await place.run(["--lang", "zh", "doctor"]);
  assert.equal(none.code, 1);
  assert.match(none.stdout, /\[问题\] 没有配置文件.*\n +→ .*agent-core init/);
  assert.ok(none.stdout.includes(`${ENGINE} ${TEST_ENGINE.version}（API `), none.stdout);
  await Deno.writeTextFile(place.configPath, "[server]\nbase_url = 7\n");
  const broken = await place.run(["doctor"]);
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /\[problem\][^]*config\.toml[^]*base_url/);
});

Deno.test("in a terminal the levels have colours, unless NO_COLOR is set", async () => {
  await using place = await createPlace();
  assert.ok((await place.type(["doctor"], [])).output.includes("\x1b[31m[problem]"));
  assert.doesNotMatch((await place.type(["doctor"], [], { NO_COLOR: "1" })).output, ANSI);
});
