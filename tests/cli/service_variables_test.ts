// A service does not have the environment of the terminal that installs it.
import assert from "node:assert/strict";
import { join } from "@std/path";

import { createPlace, eventually, type Place, withServer } from "./support/place.ts";

const ignore = Deno.build.os !== "linux";
const PASSWORD = "hush-hush";
const AGENT = { serviceId: "svc_lab", apiKey: "ak_agent_secret" };
const UNITS = "systemd/user";

/** A `systemctl` that only writes down what it is asked, and a place of its own for units. */
async function withSystemctl(place: Place) {
  const bin = join(place.folder, "bin");
  await Deno.mkdir(bin, { recursive: true });
  const asked = join(place.folder, "asked");
  const text = `#!/bin/sh\necho "$0 $*" >> '${asked}'\n`;
  await Deno.writeTextFile(join(bin, "systemctl"), text, { mode: 0o755 });
  const path = `${bin}:${Deno.env.get("PATH")}`;
  return { XDG_CONFIG_HOME: place.folder, PATH: path };
}

/** The words of a unit's ExecStart, none of which needs more than its quotes taken off. */
async function commandOf(unit: string): Promise<string[]> {
  const [, line] = /^ExecStart=(.*)$/m.exec(await Deno.readTextFile(unit)) ?? [];
  return [...line.matchAll(/"([^"]*)"/g)].map(([, word]) => word);
}

Deno.test({
  name:
    "a service reaches the Server through the proxy of the terminal, and tells nobody its password",
  ignore,
  fn: () =>
    withServer(async (place, server) => {
      const agent = server.createAgent("lab");
      const authorizations = new Set<string | null>();
      await using proxy = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        (request) => {
          authorizations.add(request.headers.get("proxy-authorization"));
          const { pathname, search } = new URL(request.url);
          const { method, headers, body } = request;
          return fetch(server.url + pathname + search, { method, headers, body });
        },
      );
      await place.configure({ url: "http://openaaas.example", agent });
      const home = await withSystemctl(place);
      const env = {
        ...home,
        http_proxy: `http://lab:${PASSWORD}@127.0.0.1:${proxy.addr.port}`,
        NO_PROXY: "127.0.0.1",
        NODE_EXTRA_CA_CERTS: "ca.pem",
        AGENT_CORE_SERVER_USE_SYSTEM_PROXY: "true",
      };
      const { code, stdout, stderr } = await place.run(["install-service"], env);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /HTTP_PROXY, NO_PROXY,.* NODE_EXTRA_CA_CERTS/);
      const variables = join(place.folder, UNITS, "agent-core.env");
      assert.equal((await Deno.stat(variables)).mode! & 0o777, 0o600);
      const lines = (await Deno.readTextFile(variables)).split("\n");
      assert.ok(lines.includes(`NODE_EXTRA_CA_CERTS="${join(place.folder, "ca.pem")}"`));
      const unit = join(place.folder, UNITS, "agent-core.service");
      const asked = await Deno.readTextFile(join(place.folder, "asked"));
      for (const told of [stdout, stderr, asked, await Deno.readTextFile(unit)]) {
        assert.doesNotMatch(told, new RegExp(PASSWORD));
      }
      const [command, ...args] = await commandOf(unit);
      const log: string[] = [];
      await using service = spawn(command, args, serviceEnvironment(env), log);
      await eventually(() => authorizations.size > 0 && log.join("").includes("is up"));
      await service.end();
      assert.deepEqual([...authorizations], [`Basic ${btoa(`lab:${PASSWORD}`)}`]);
      assert.doesNotMatch(log.join(""), new RegExp(PASSWORD));
      const gone = await place.run(["uninstall-service"], home);
      assert.equal(gone.code, 0, gone.stderr);
      await assert.rejects(Deno.stat(variables), Deno.errors.NotFound);
    }),
});

Deno.test({
  name: "install-service warns where the proxy that is to be used is not in the environment",
  ignore,
  async fn() {
    await using place = await createPlace();
    await place.configure({ url: "http://127.0.0.1:1", agent: AGENT });
    const env = { ...await withSystemctl(place), AGENT_CORE_SERVER_USE_SYSTEM_PROXY: "true" };
    const without = await place.run(["install-service", "--print"], env);
    assert.match(without.stderr, /no proxy variable is set here.*sudo --preserve-env=HTTPS_PROXY/);
    const proxy = { HTTPS_PROXY: `http://lab:${PASSWORD}@proxy:3128` };
    const shown = await place.run(["install-service", "--print"], { ...env, ...proxy });
    assert.doesNotMatch(shown.stderr, /no proxy variable/);
    assert.match(shown.stderr, /HTTPS_PROXY.* would go into .*agent-core\.env/);
    assert.match(shown.stdout, /"--env-file" ".*agent-core\.env"/);
    assert.doesNotMatch(shown.stdout + shown.stderr, new RegExp(PASSWORD));
  },
});

Deno.test({
  name: "run ends as with a wrong configuration where its file of variables is not there",
  ignore,
  async fn() {
    await using place = await createPlace();
    await place.configure({ url: "http://127.0.0.1:1", agent: AGENT });
    const { code, stderr } = await place.run(["run", "--env-file", "none.env"]);
    assert.equal(code, 2);
    assert.match(stderr, /Cannot read the file of variables none\.env/);
  },
});

/** What a service manager gives: hardly anything of the terminal's. */
function serviceEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const all = { ...Deno.env.toObject(), ...env };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => /^(HOME|PATH|DENO_DIR|AGENT_CORE_\w+)$/.test(name)),
  );
}

function spawn(command: string, args: string[], env: Record<string, string>, log: string[]) {
  const options = { args, env, clearEnv: true, stdin: "null", stdout: "null" } as const;
  const child = new Deno.Command(command, { ...options, stderr: "piped" }).spawn();
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) log.push(text);
  })();
  let ended = false;
  const end = async () => {
    if (!ended) child.kill("SIGTERM");
    ended = true;
    await child.status;
    await reading;
  };
  return { end, [Symbol.asyncDispose]: end };
}
