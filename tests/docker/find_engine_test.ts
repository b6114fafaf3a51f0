import assert from "node:assert/strict";
import { join } from "@std/path";
import { Failure, type Text, verbatim } from "../../src/i18n/mod.ts";
import {
  describeEndpoint,
  type Endpoint,
  EngineError,
  engineSockets,
  findEngine,
} from "../../src/docker/mod.ts";
import { compareApiVersions, negotiateApiVersion } from "../../src/docker/api_version.ts";
import { endpointOf, parseEngineAddress } from "../../src/docker/engine_address.ts";
import { reasonOf } from "../../src/docker/explain_error.ts";
import { usualEndpoints } from "../../src/docker/usual_endpoints.ts";
import { SILENT } from "../../src/log/mod.ts";
import { withTestEngine } from "../support/engine.ts";

const source: Text = verbatim("here");

/** What {@linkcode findEngine} fails with in an empty home. */
async function failing(
  options: Partial<Parameters<typeof findEngine>[0]> & { readonly home: string },
): Promise<Failure> {
  const error = await findEngine({ env: {}, ...options }).then(() => undefined, (error) => error);
  assert.ok(error instanceof Failure, String(error));
  assert.notEqual(error.text.zh, error.text.en);
  return error;
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A docker context as the docker command stores it. */
async function writeContext(home: string, name: string, docker: object): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
  const id = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
  const folder = join(home, ".docker", "contexts", "meta", id);
  await Deno.mkdir(folder, { recursive: true });
  const meta = { Name: name, Metadata: {}, Endpoints: { docker } };
  await Deno.writeTextFile(join(folder, "meta.json"), JSON.stringify(meta));
  return id;
}

Deno.test("reads every kind of address", () => {
  const cases: [string, typeof Deno.build.os, string][] = [
    ["unix:///var/run/docker.sock", "linux", "unix:///var/run/docker.sock"],
    ["/run/a b.sock", "darwin", "unix:///run/a b.sock"],
    ["tcp://10.0.0.1", "linux", "tcp://10.0.0.1:2375"],
    ["tcp://host:80/", "windows", "tcp://host:80"],
    ["http://[::1]:99", "linux", "tcp://[::1]:99"],
    ["https://host", "linux", "tcp://host:2376 (TLS)"],
    ["npipe:////./pipe/docker_engine", "windows", "npipe:////./pipe/docker_engine"],
    ["\\\\.\\pipe\\docker_engine", "windows", "npipe:////./pipe/docker_engine"],
  ];
  for (const [host, os, expected] of cases) {
    const endpoint = endpointOf(parseEngineAddress(host, { source, os }));
    assert.equal(describeEndpoint(endpoint), expected, host);
  }
  const tls = endpointOf(parseEngineAddress("tcp://host", { source, os: "linux" }), { ca: "x" });
  assert.deepEqual(tls, { kind: "tcp", url: "https://host:2376", tls: { ca: "x" } });
});

Deno.test("refuses other addresses with a reason", () => {
  const cases: [string, typeof Deno.build.os, RegExp][] = [
    ["ssh://me@host", "linux", /reached by SSH/],
    ["npipe:////./pipe/docker_engine", "linux", /Windows named pipe/],
    ["unix:///var/run/docker.sock", "windows", /cannot be used on Windows/],
    ...[
      "docker.sock",
      "fd://",
      "unix://rel",
      "tcp://",
      "tcp://u@h",
      "tcp://h/x",
      "tcp://h:99999",
      "",
    ]
      .map((host): [string, "linux", RegExp] => [host, "linux", /is not an address/]),
  ];
  for (const [host, os, pattern] of cases) {
    assert.throws(() => parseEngineAddress(host, { source, os }), (error) => {
      assert.ok(error instanceof Failure && error.text.zh.includes(host));
      return pattern.test(error.message);
    }, host);
  }
});

Deno.test("knows the usual places of each system", () => {
  const paths = (options: Parameters<typeof usualEndpoints>[0]) =>
    usualEndpoints(options).map((endpoint: Endpoint) =>
      describeEndpoint(endpoint).replace(/^\w+:\/\//, "")
    );
  const linux = paths({
    os: "linux",
    env: { XDG_RUNTIME_DIR: "/run/user/7" },
    home: "/home/x",
    uid: 7,
  });
  assert.deepEqual(linux, [
    "/var/run/docker.sock",
    "/run/user/7/docker.sock",
    "/home/x/.docker/run/docker.sock",
    "/home/x/.docker/desktop/docker.sock",
    "/run/podman/podman.sock",
    "/run/user/7/podman/podman.sock",
  ]);
  assert.ok(
    paths({ os: "darwin", env: {}, home: "/U/x" }).includes("/U/x/.docker/run/docker.sock"),
  );
  assert.equal(paths({ os: "windows", env: {} })[0], "//./pipe/docker_engine");
});

Deno.test("[docker] host goes before DOCKER_HOST, and that before a context", () =>
  withTestEngine(async (real) =>
    await withFolder(async (home) => {
      const here = describeEndpoint(real.endpoint);
      const gone = `unix://${home}/gone.sock`;
      await writeContext(home, "mine", { Host: here, SkipTLSVerify: false });
      const context = { DOCKER_CONTEXT: "mine" };
      for (
        const options of [
          { env: { DOCKER_HOST: gone, ...context }, host: here },
          { env: { DOCKER_HOST: here, DOCKER_CONTEXT: "no such" } },
          { env: context },
        ]
      ) {
        await using engine = await findEngine({ home, ...options });
        assert.equal(describeEndpoint(engine.endpoint), here);
      }
      await Deno.writeTextFile(join(home, ".docker", "config.json"), '{"currentContext":"mine"}');
      await using engine = await findEngine({ home, env: {} });
      assert.equal(describeEndpoint(engine.endpoint), here);
      const error = await failing({ home, env: { DOCKER_HOST: gone } });
      assert.match(error.message, /the variable DOCKER_HOST\): it does not exist/);
    })
  ));

Deno.test("a context that cannot be used is named with its file", () =>
  withFolder(async (home) => {
    const env = { DOCKER_CONTEXT: "mine" };
    assert.match((await failing({ home, env })).message, /"mine" does not exist .*meta\.json/);
    const id = await writeContext(home, "mine", { Host: "tcp://h:1", SkipTLSVerify: true });
    assert.match((await failing({ home, env })).message, /skips the verification/);
    await writeContext(home, "mine", { Host: 5 });
    assert.match((await failing({ home, env })).message, /Endpoints\.docker\.Host/);
    await writeContext(home, "mine", { Host: "ssh://h" });
    assert.match((await failing({ home, env })).message, /context "mine"\) is reached by SSH/);

    await writeContext(home, "mine", { Host: "tcp://127.0.0.1:1" });
    const tls = join(home, ".docker", "contexts", "tls", id, "docker");
    await Deno.mkdir(tls, { recursive: true });
    await Deno.writeTextFile(join(tls, "cert.pem"), "x");
    assert.match((await failing({ home, env })).message, /Only one of cert/);
    await Deno.writeTextFile(join(home, ".docker", "contexts", "meta", id, "meta.json"), "{broken");
    assert.match((await failing({ home, env })).message, /Cannot read .*meta\.json/);
  }));

Deno.test("a docker configuration that cannot be read is said, and the engine found all the same", () =>
  withTestEngine(async (real) =>
    await withFolder(async (home) => {
      const host = describeEndpoint(real.endpoint);
      const file = join(home, ".docker", "config.json");
      const write = (text: string) => Deno.writeTextFile(file, text);
      await Deno.mkdir(join(home, ".docker"));
      // A folder in its place cannot be read by root either.
      const spoil = [() => Deno.mkdir(file), () =>
        write(""), () =>
        write("{broken"), () =>
        write("[1]")];
      for (const make of spoil) {
        await make();
        const warnings: string[] = [];
        const log = {
          ...SILENT,
          warn: (text: Text) =>
            void warnings.push(text.en),
        };
        await using engine = await findEngine({ home, env: {}, log }).catch(async (error) => {
          // Where this machine's engine is in no usual place, only the usual places were tried.
          assert.ok(error instanceof EngineError, String(error));
          return await findEngine({ home, env: {}, host });
        });
        assert.match((await engine.version()).version, /./);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0], /^Cannot read .*config\.json: .*ignored/);
        await Deno.remove(file);
      }
    })
  ));

Deno.test("what was tried is listed, each with its reason", () =>
  withFolder(async (home) => {
    const sockets = join(home, "run");
    await Deno.mkdir(sockets);
    // Nobody listens behind a plain file.
    await Deno.writeTextFile(join(sockets, "docker.sock"), "");
    const env = { XDG_RUNTIME_DIR: sockets };
    const host = `unix://${sockets}/docker.sock`;
    const error = await failing({ home, env, host });
    assert.ok(error instanceof EngineError && error.unreachable);
    assert.match(error.message, /\[docker\] host of the configuration\): connection refused/);
    // Windows' places are tried here too: this machine's own would answer.
    const { message } = await failing({ home, os: "windows" });
    const places = usualEndpoints({ os: "windows", env, home }).map(describeEndpoint);
    assert.ok(places.length > 2);
    for (const place of places) {
      assert.ok(message.includes(`- ${place} (a usual place): it does not`));
    }

    const unknown = await failing({ home, host: "tcp://no-such-host.invalid:2375" });
    assert.match(unknown.message, /there is no host of this name/);
    const certs = await failing({ home, host: "tcp://h:1", env: { DOCKER_CERT_PATH: sockets } });
    assert.match(certs.message, /There is no ca\.pem/);
  }));

Deno.test("a socket of somebody else says how to get in", () =>
  withFolder(async (folder) => {
    const path = join(folder, "docker.sock");
    using _listener = Deno.listen({ transport: "unix", path });
    await Deno.chmod(path, 0o600);
    await Deno.chmod(folder, 0o711);
    const script = `const client = Deno.createHttpClient({
      proxy: { transport: "unix", path: ${JSON.stringify(path)} } });
      await fetch("http://localhost/_ping", { client })
        .catch((e) => console.log((e.cause ?? e).message));`;
    // Root may open everything, so root asks as somebody else.
    const other = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (Deno.uid() !== 0) await Deno.chmod(path, 0);
    // Wherever Deno lies, others need not come to it.
    const deno = join(folder, "deno");
    await Deno.copyFile(Deno.execPath(), deno);
    await Deno.chmod(deno, 0o755);
    const { stdout } = await new Deno.Command(deno, {
      args: ["eval", "--no-config", script],
      clearEnv: true,
      env: { HOME: "/nonexistent", NO_COLOR: "1" },
      cwd: "/",
      ...other,
    }).output();
    const words = new TextDecoder().decode(stdout).trim();
    const reason = reasonOf(new Error(words), { kind: "unix", path });
    assert.match(reason.en, /usermod -aG docker/, words);
  }));

Deno.test("agrees on a version", () => {
  const cases: [string, string | undefined, string | undefined][] = [
    ["1.40", undefined, undefined],
    ["1.9", undefined, undefined],
    ["1.41", undefined, "1.41"],
    ["1.47", "1.24", "1.47"],
    ["1.51", "1.44", "1.51"],
    ["1.99", "1.44", "1.51"],
    ["1.99", "1.60", "1.60"],
    ["2.0", "2.0", "2.0"],
  ];
  for (const [newest, oldest, expected] of cases) {
    assert.equal(negotiateApiVersion(newest, oldest), expected, newest);
  }
  assert.ok(compareApiVersions("1.100", "1.99") > 0);
});

Deno.test("an account's engine: the sockets among which it would be looked for", () => {
  const places = { home: "/home/lab", os: "linux", uid: 7 } as const;
  const usual = engineSockets({ ...places, env: {} });
  assert.equal(usual[0], "/var/run/docker.sock");
  assert.ok(usual.includes("/run/user/7/docker.sock"));
  assert.ok(usual.includes("/home/lab/.docker/desktop/docker.sock"));
  const env = { DOCKER_HOST: "unix:///a.sock", DOCKER_CONTEXT: "far" };
  assert.deepEqual(engineSockets({ ...places, env }), ["/a.sock"]);
  assert.deepEqual(engineSockets({ ...places, env, host: "/b.sock" }), ["/b.sock"]);
  assert.deepEqual(engineSockets({ ...places, env, host: "tcp://engine:2376" }), []);
  assert.deepEqual(engineSockets({ ...places, env: { DOCKER_CONTEXT: "far" } }), []);
});
