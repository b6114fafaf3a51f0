import assert from "node:assert/strict";

import { createPlace } from "./support/place.ts";

Deno.test({
  name: "install-service --print shows the unit, with what the terminal has set, and no secret",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await createPlace();
    await place.configure({ url: "http://127.0.0.1:1" });
    const env = {
      DOCKER_HOST: "unix:///run/user/7/docker.sock",
      AGENT_CORE_EXECUTOR_IMAGE: "mine:1",
      AGENT_CORE_AGENT_API_KEY: "ak_agent_secret",
      HOME: place.folder,
      XDG_CONFIG_HOME: "",
    };
    const user = await place.run(["install-service", "--print"], env);
    assert.equal(user.code, 0, user.stderr);
    assert.match(user.stdout, /^\[Unit\]/);
    assert.match(user.stdout, new RegExp(`"--config" "${place.configPath}" .*"run"`));
    assert.match(user.stdout, /Environment="DOCKER_HOST=/);
    assert.match(user.stdout, /Environment="AGENT_CORE_EXECUTOR_IMAGE=mine:1"/);
    assert.doesNotMatch(user.stdout, /secret/);
    assert.match(user.stdout, /WantedBy=default\.target/);
    assert.match(
      user.stderr,
      new RegExp(`${place.folder}/\\.config/systemd/user/agent-core\\.service`),
    );
    const args = ["install-service", "--system", "--run-as", "lab", "--name", "second", "--print"];
    const system = await place.run(args, env);
    assert.match(system.stdout, /^User=lab$/m);
    assert.match(system.stdout, /WantedBy=multi-user\.target/);
    assert.match(system.stderr, /\/etc\/systemd\/system\/second\.service/);
  },
});

Deno.test("a service is not installed before the registration", async () => {
  await using place = await createPlace();
  await place.configure({ url: "http://127.0.0.1:1" });
  const { code, stderr } = await place.run(["install-service"], { HOME: place.folder });
  assert.equal(code, 2);
  assert.match(stderr, /Not registered/);
});

Deno.test("uninstalling what is not there says so", async () => {
  await using place = await createPlace();
  await place.configure({ url: "http://127.0.0.1:1" });
  const { code, stdout } = await place.run(["uninstall-service"], {
    HOME: place.folder,
    XDG_CONFIG_HOME: "",
  });
  assert.equal(code, 0);
  assert.match(stdout, /is not installed/);
});
