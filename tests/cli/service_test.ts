import assert from "node:assert/strict";
import { dirname, join } from "@std/path";

import { createPlace } from "./support/place.ts";

Deno.test({
  name: "install-service --print shows the unit, with what the terminal has set, and no secret",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await createPlace();
    await place.configure({ url: "http://127.0.0.1:1" });
    const env = {
      DOCKER_HOST: "unix:///run/user/7/docker.sock",
      DOCKER_CONFIG: "/srv/docker",
      DOCKER_AUTH_CONFIG: '{"auths":{"x":{"auth":"secret"}}}',
      DOCKER_PASSWORD: "secret",
      REGISTRY_AUTH_FILE: "/srv/auth.json",
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
    assert.match(user.stdout, /Environment="DOCKER_CONFIG=\/srv\/docker"/);
    assert.match(user.stdout, /Environment="REGISTRY_AUTH_FILE=\/srv\/auth\.json"/);
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

Deno.test("a service is uninstalled without a configuration, and with one that cannot be used", async () => {
  const left: Readonly<Record<string, (path: string) => Promise<void>>> = {
    missing: () => Promise.resolve(),
    broken: (path) => Deno.writeTextFile(path, "[server\n"),
    unreadable: (path) => Deno.mkdir(path),
  };
  for (const [what, leave] of Object.entries(left)) {
    await using place = await createPlace();
    await leave(place.configPath);
    const env = { HOME: place.folder, XDG_CONFIG_HOME: "" };
    const { code, stdout, stderr } = await place.run(["uninstall-service"], env);
    assert.equal(code, 0, `${what}: ${stderr}`);
    assert.match(stdout, /is not installed/, what);
    assert.equal(stderr, "", what);
  }
});

Deno.test({
  name: "the unit of a service goes although the configuration is gone",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await createPlace();
    const unit = join(place.folder, ".config/systemd/user/agent-core.service");
    const bin = join(place.folder, "bin");
    await Deno.mkdir(dirname(unit), { recursive: true });
    await Deno.writeTextFile(unit, "[Unit]\n");
    await Deno.mkdir(bin);
    await Deno.writeTextFile(join(bin, "systemctl"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    const { code, stdout } = await place.run(["uninstall-service"], {
      HOME: place.folder,
      XDG_CONFIG_HOME: "",
      PATH: `${bin}:${Deno.env.get("PATH")}`,
    });
    assert.equal(code, 0);
    assert.match(stdout, /is stopped and removed/);
    await assert.rejects(Deno.stat(unit), Deno.errors.NotFound);
  },
});
