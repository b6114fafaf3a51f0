import assert from "node:assert/strict";
import { join } from "@std/path";
import { connectEngine, type Engine, EngineError, findEngine } from "../../src/docker/mod.ts";
import { askHelper } from "../../src/docker/credential_helper.ts";
import { findRegistryLogin, loginHeader, secretsOf } from "../../src/docker/registry_login.ts";
import type { Text } from "../../src/i18n/mod.ts";
import { createLogger } from "../../src/log/mod.ts";
import { seeded } from "../support/seeded.ts";
import { answer, PONG, startFakeEngine, write } from "./fake_engine.ts";
import { type Account, type Registry, type RegistryOptions, startRegistry } from "./registry.ts";

const ACCOUNT: Account = { username: "李雷", password: `it's:a "secret" ${crypto.randomUUID()}` };

/** A home folder of its own, and what may be in it. */
interface Home extends AsyncDisposable {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly dockerFile: string;
  readonly podmanFile: string;
  /** Writes what `docker login` would. */
  docker(config: unknown): Promise<void>;
  podman(config: unknown): Promise<void>;
  /** Puts a credential helper on PATH: a script of `sh`. */
  helper(name: string, script: string): Promise<void>;
}

async function makeHome(): Promise<Home> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-home-" });
  const bin = join(folder, "bin");
  const dockerFile = join(folder, ".docker", "config.json");
  const podmanFile = join(folder, ".config", "containers", "auth.json");
  for (const path of [bin, join(dockerFile, ".."), join(podmanFile, "..")]) {
    await Deno.mkdir(path, { recursive: true });
  }
  const text = (config: unknown) => typeof config === "string" ? config : JSON.stringify(config);
  return {
    folder,
    env: { HOME: folder, PATH: `bin:${bin}:/usr/bin:/bin` },
    dockerFile,
    podmanFile,
    docker: (config) => Deno.writeTextFile(dockerFile, text(config)),
    podman: (config) => Deno.writeTextFile(podmanFile, text(config)),
    async helper(name, script) {
      const path = join(bin, `docker-credential-${name}`);
      await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`);
      await Deno.chmod(path, 0o755);
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function authOf({ username, password }: Account): { auth: string } {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return { auth: btoa(String.fromCharCode(...bytes)) };
}

/** A script that answers with an account. */
function answering({ username, password }: Account): string {
  const answer = JSON.stringify({ ServerURL: "x", Username: username, Secret: password });
  return `cat > "$HOME/asked"; echo "$1" > "$HOME/how"; cat <<'END'\n${answer}\nEND`;
}

/** The engine as the agent finds it with this home, and a registry that the test has to itself. */
async function withRegistry(
  options: RegistryOptions,
  body: (parts: { engine: Engine; registry: Registry; home: Home }) => Promise<void>,
): Promise<void> {
  await using home = await makeHome();
  await using registry = await startRegistry({ account: ACCOUNT, ...options });
  const env = { DOCKER_HOST: Deno.env.get("DOCKER_HOST"), ...home.env };
  await using engine = await findEngine({ env });
  try {
    await body({ engine, registry, home });
  } finally {
    await engine.removeImage(registry.reference).catch(() => {});
  }
}

async function pulls(engine: Engine, { reference }: Registry): Promise<Text[]> {
  const doubts: Text[] = [];
  await engine.pullImage(reference, { onDoubt: (doubt) => doubts.push(doubt) });
  assert.ok(await engine.inspectImage(reference));
  return doubts;
}

async function refused(engine: Engine, { reference }: Registry): Promise<EngineError> {
  const error = await engine.pullImage(reference).then(() => undefined, (error) => error);
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(await engine.inspectImage(reference), undefined);
  return error;
}

Deno.test("login: what docker login has left is used to pull", () =>
  withRegistry({}, async ({ engine, registry, home }) => {
    await home.docker({ auths: { [registry.host]: authOf(ACCOUNT) } });
    assert.deepEqual(await pulls(engine, registry), []);
  }));

Deno.test("login: a registry that wants a token of another address", () =>
  withRegistry({ bearer: true }, async ({ engine, registry, home }) => {
    await home.docker({ auths: { [registry.host]: authOf(ACCOUNT) } });
    assert.deepEqual(await pulls(engine, registry), []);
  }));

Deno.test("login: an identity token, of the file or of a helper", async () => {
  const identityToken = crypto.randomUUID();
  await withRegistry({ bearer: true, identityToken }, async ({ engine, registry, home }) => {
    await home.docker({ auths: { [registry.host]: { auth: btoa("me:"), identitytoken: "old" } } });
    assert.match((await refused(engine, registry)).message, /refused the login found in/);
    await home.docker({
      auths: { [registry.host]: { auth: btoa("me:"), identitytoken: identityToken } },
    });
    assert.deepEqual(await pulls(engine, registry), []);
    await engine.removeImage(registry.reference);
    await home.helper("pass", answering({ username: "<token>", password: identityToken }));
    await home.docker({ credsStore: "pass" });
    assert.deepEqual(await pulls(engine, registry), []);
  });
});

Deno.test("login: a helper of the registry goes before the store, and that before the file", () =>
  withRegistry({}, async ({ engine, registry, home }) => {
    const wrong = { username: "no", password: "wrong-password" };
    await home.helper("store", answering(ACCOUNT));
    await home.helper("own", answering(wrong));
    const auths = { [registry.host]: authOf(wrong) };
    await home.docker({ auths, credsStore: "store" });
    assert.deepEqual(await pulls(engine, registry), []);
    assert.equal(await Deno.readTextFile(join(home.folder, "asked")), `${registry.host}\n`);
    assert.equal(await Deno.readTextFile(join(home.folder, "how")), "get\n");
    await engine.removeImage(registry.reference);
    const credHelpers = { [registry.host]: "own" };
    await home.docker({ auths, credsStore: "store", credHelpers });
    assert.match((await refused(engine, registry)).message, /refused the login/);
    await home.docker({ auths, credsStore: "own", credHelpers: { "other.example": "own" } });
    await refused(engine, registry);
    await home.docker({ auths, credsStore: "own", credHelpers: { [registry.host]: "store" } });
    assert.deepEqual(await pulls(engine, registry), []);
  }));

Deno.test("login: podman's file is read where docker's has nothing for the registry", () =>
  withRegistry({}, async ({ engine, registry, home }) => {
    await home.podman({ auths: { [registry.host]: authOf(ACCOUNT) } });
    assert.deepEqual(await pulls(engine, registry), []);
    await engine.removeImage(registry.reference);
    await home.docker({ auths: { [registry.host]: authOf({ username: "a", password: "wrong" }) } });
    assert.match((await refused(engine, registry)).message, /\.docker\/config\.json/);
    await home.docker({ auths: { "elsewhere.example": authOf(ACCOUNT) } });
    assert.deepEqual(await pulls(engine, registry), []);
  }));

Deno.test("login: without one, the message names the registry, the files and the command", () =>
  withRegistry({}, async ({ engine, registry, home }) => {
    await home.docker({ auths: { "127.0.0.1": authOf(ACCOUNT) } });
    const { text } = await refused(engine, registry);
    for (const [words, comma] of [[text.en, ", "], [text.zh, "、"]]) {
      assert.ok(new RegExp(`(docker|podman) login ${registry.host}`).test(words), words);
      assert.ok(words.includes(`${home.dockerFile}${comma}/run/containers/`), words);
      assert.ok(words.includes(`/auth.json${comma}${home.podmanFile}`), words);
    }
    assert.match(text.en, /No login was found for 127\.0\.0\.1:\d+ /);
    assert.match(text.zh, /没有找到 127\.0\.0\.1:\d+ 的登录信息/);
  }));

Deno.test("login: one that is refused is told apart, and is in no message even if it is repeated", () =>
  withRegistry({ indiscreet: true }, async ({ engine, registry, home }) => {
    const stale = { username: "stale", password: `stale-${crypto.randomUUID()}` };
    await home.docker({ auths: { [registry.host]: authOf(stale) } });
    const error = await refused(engine, registry);
    assert.match(
      error.text.en,
      /refused the login found in .*config\.json.*(?:docker|podman) login 127/s,
    );
    assert.match(error.text.zh, /拒绝了 .*config\.json 中的登录信息.*(?:docker|podman) login 127/s);
    const all = Deno.inspect(error, { depth: 9 }) + JSON.stringify(error);
    for (const secret of [stale.password, authOf(stale).auth]) {
      assert.ok(!all.includes(secret), all);
    }
  }));

Deno.test("login: it goes with the pull alone, and comes back in no word of the engine's", async () => {
  const login = {
    credentials: { username: "lab", password: `secret-${crypto.randomUUID()}` },
    server: "reg.example",
    file: "/f.json",
  };
  const secrets = secretsOf(login);
  assert.equal(secrets.length, 3);
  const echo = JSON.stringify(`denied: ${secrets.join(" and ")}`);
  const answers = [
    answer(`{"message":${echo}}`, "500 Internal Server Error"),
    answer(`{"status":${echo}}\n{"error":${echo}}\n`),
    answer(`{"message":"no such image"}`, "404 Not Found"),
  ];
  const headers: (string | undefined)[] = [];
  await using fake = await startFakeEngine(async (conn, request) => {
    if (request.includes("_ping")) return await write(conn, PONG);
    headers.push(/^x-registry-auth: (.*)$/im.exec(request)?.[1]);
    await write(conn, answers.shift()!);
  });
  const findLogin = () =>
    Promise.resolve({ registry: "reg.example", login, files: ["/f.json"], doubts: [] });
  await using engine = await connectEngine(fake.endpoint, { findLogin });
  let shown = "";
  for (let i = 0; i < 2; i++) {
    const onProgress = ({ status }: { status: string }) => shown += status;
    const error = await engine.pullImage("reg.example/x", { onProgress }).catch((error) => error);
    assert.ok(error instanceof EngineError);
    shown += Deno.inspect(error, { depth: 9 }) + error.text.zh + error.detail;
  }
  assert.ok(shown.split("***").length > 9, shown);
  for (const secret of secrets) assert.ok(!shown.includes(secret), shown);
  await engine.inspectImage("reg.example/x");
  assert.deepEqual(headers, [loginHeader(login), loginHeader(login), undefined]);
});

Deno.test("login: a bad file is a doubt that names it, and the pull goes on without", async () => {
  const secret = crypto.randomUUID();
  const bad = [
    `{"auths": {"x": {"auth": ${secret}`,
    `"${secret}"`,
    JSON.stringify({ auths: [secret] }),
    JSON.stringify({ auths: { x: secret } }),
    JSON.stringify({ credHelpers: { x: { secret } } }),
    `{"pad": "${secret}${" ".repeat(1024 * 1024)}"}`,
    "",
  ];
  await withRegistry({ account: undefined }, async ({ engine, registry, home }) => {
    for (const text of bad) {
      await home.docker(text);
      const doubts = await pulls(engine, registry);
      assert.equal(doubts.length, 1, text.slice(0, 80));
      for (const words of [doubts[0].en, doubts[0].zh]) {
        assert.ok(words.includes(home.dockerFile) && !words.includes(secret), words);
      }
    }
    await home.docker({ auths: { [registry.host]: { auth: "no base64 at all" } } });
    const [broken] = await pulls(engine, registry);
    assert.match(broken.en, /(?:docker|podman) login 127/);
    await home.docker(" ".repeat(1024 * 1024) + "{}");
    assert.match((await pulls(engine, registry))[0].en, /larger than 1 MiB/);
    await Deno.remove(home.dockerFile);
    await new Deno.Command("mkfifo", { args: [home.dockerFile] }).output();
    assert.match((await pulls(engine, registry))[0].en, /no regular file/);
  });
});

Deno.test("login: what is wrong with a file is told with the refusal, too", () =>
  withRegistry({}, async ({ engine, registry, home }) => {
    await home.docker("no JSON");
    const { text } = await refused(engine, registry);
    assert.match(text.en, /No login was found[^]*Cannot read the logins in .*config\.json/);
    assert.match(text.zh, /没有找到[^]*无法读取登录信息 .*config\.json/);
  }));

Deno.test("login: a broken file of the docker command's tells nothing of what is in it", async () => {
  await using home = await makeHome();
  const secret = crypto.randomUUID();
  await home.docker(`{"auths": {"x": {"auth": ${secret}`);
  let log = "";
  const logger = createLogger({ lang: "en", write: (line) => log += line });
  await using _ = await findEngine({ env: home.env, log: logger });
  assert.match(log, /config\.json/);
  assert.ok(!log.includes(secret.slice(0, 6)), log);
});

/** The login that is found for an image in these files. */
async function found(
  name: string,
  files: { docker?: unknown; podman?: unknown },
): Promise<string | undefined> {
  await using home = await makeHome();
  if (files.docker !== undefined) await home.docker(files.docker);
  if (files.podman !== undefined) await home.podman(files.podman);
  const { login } = await findRegistryLogin(name, { env: home.env });
  if (!login) return undefined;
  return "password" in login.credentials ? login.credentials.password : "token";
}

const auths = (...keys: string[]) => ({
  auths: Object.fromEntries(keys.map((key) => [key, authOf({ username: "u", password: key })])),
});

Deno.test("login: of exactly the registry, however the file writes it", async () => {
  for (
    const key of ["reg.example:5000", "https://reg.example:5000/", "http://reg.example:5000/v1/"]
  ) {
    assert.equal(await found("reg.example:5000/a/b", { docker: auths(key) }), key);
    for (
      const other of ["reg.example/a/b", "reg.example:50/a", "x.reg.example:5000/a", "a/b", "b"]
    ) {
      assert.equal(await found(other, { docker: auths(key) }), undefined, `${key} for ${other}`);
    }
  }
  for (
    const key of ["reg.example.evil.com", "reg", "example", "*", "", "https://", "reg.example/a"]
  ) {
    assert.equal(await found("reg.example/a/b", { docker: auths(key) }), undefined, key);
  }
});

Deno.test("login: Docker Hub is the registry of names without one", async () => {
  const key = "https://index.docker.io/v1/";
  const names = ["busybox", "me/tool", "docker.io/me/tool", "index.docker.io/me/tool"];
  for (const name of names) assert.equal(await found(name, { docker: auths(key) }), key, name);
  assert.equal(await found("busybox", { docker: auths("docker.io", key) }), key);
  for (const name of names) {
    assert.equal(await found(name, { docker: auths("docker.io") }), "docker.io", name);
  }
  const env = { HOME: "/nowhere" };
  assert.equal((await findRegistryLogin("index.docker.io/me/tool", { env })).registry, "docker.io");
  const others = ["https://index.docker.io/v1/access-token", "hub.docker.com", "localhost"];
  assert.equal(await found("busybox", { docker: auths(...others) }), undefined);
  assert.equal(await found("localhost/busybox", { docker: auths(key) }), undefined);
});

Deno.test("login: podman's keys may be of a part of a registry, docker's are not", async () => {
  const keys = auths("quay.io", "quay.io/team", "quay.io/team/tool", "quay.io/te");
  assert.equal(await found("quay.io/team/tool", { podman: keys }), "quay.io/team/tool");
  assert.equal(await found("quay.io/team/other", { podman: keys }), "quay.io/team");
  assert.equal(await found("quay.io/teams/tool", { podman: keys }), "quay.io");
  assert.equal(await found("quay.io/tea", { podman: auths("quay.io/team") }), undefined);
  assert.equal(await found("quay.io/team/tool", { docker: auths("quay.io/team") }), undefined);
  assert.equal(await found("quay.io/team/tool", { docker: keys }), "quay.io");
});

Deno.test("login: files of all shapes end nothing, tell nothing, and give no other registry's login", async () => {
  await using home = await makeHome();
  const random = seeded(20_261_130);
  const keys = [
    "reg.example",
    "https://reg.example/v1/",
    "reg.example/a",
    "other.example",
    "__proto__",
  ];
  // No helper has such a name, which would be told.
  const secret = `Secret_${crypto.randomUUID()}`;
  const value = (depth: number): unknown => {
    const leaves = [null, 7, true, "", secret, btoa(`u:${secret}`), "no helper", "constructor"];
    if (depth === 0 || random.below(8) === 0) return random.pick(leaves);
    if (random.below(12) === 0) return [value(depth - 1)];
    const names = depth === 3
      ? ["auths", "auths", "auths", random.pick(["credsStore", "credHelpers"])]
      : depth === 2
      ? keys
      : ["auth", "identitytoken", "username", "password"];
    return Object.fromEntries(
      names.filter(() => random.below(2) === 0).map((name) => [
        name,
        value(depth - 1),
      ]),
    );
  };
  const seen = { logins: 0, doubts: 0, nothing: 0 };
  for (let round = 0; round < 1_000; round++) {
    const text = JSON.stringify(value(3));
    const cut = random.below(8) === 0 ? text.slice(0, random.below(text.length)) : text;
    await Deno.writeTextFile(home.dockerFile, cut);
    const { login, doubts } = await findRegistryLogin("reg.example/a/b", { env: home.env });
    assert.ok(!JSON.stringify(doubts).includes(secret.slice(0, 12)), cut);
    if (doubts.length > 0) seen.doubts++;
    if (!login) {
      seen.nothing++;
      continue;
    }
    seen.logins++;
    const { auths } = JSON.parse(cut);
    assert.ok(keys.slice(0, 2).some((key) => Object.hasOwn(auths, key)), cut);
  }
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 10, `${what}: ${count}`);
});

Deno.test("login: where the files are", async () => {
  const env = {
    HOME: "/home/lab",
    DOCKER_CONFIG: "/srv/docker",
    XDG_RUNTIME_DIR: "/run/user/7",
    REGISTRY_AUTH_FILE: "/srv/auth.json",
  };
  assert.deepEqual((await findRegistryLogin("x", { env })).files, [
    "/srv/docker/config.json",
    "/srv/auth.json",
    "/run/user/7/containers/auth.json",
    "/home/lab/.config/containers/auth.json",
  ]);
  const bare = { env: {} };
  const ofUser = `/run/containers/${Deno.uid()}/auth.json`;
  assert.deepEqual((await findRegistryLogin("x", { ...bare, os: "linux" })).files, [ofUser]);
  assert.deepEqual((await findRegistryLogin("x", { ...bare, os: "darwin" })).files, []);
});

Deno.test("login: the header is base64url with the padding, and with nothing else", () => {
  const login = (password: string) => ({
    credentials: { username: "?>?>", password },
    server: "https://index.docker.io/v1/",
    file: "/f",
  });
  for (const password of ["", "1", "12", "123", "ÿÿ¾"]) {
    const header = loginHeader(login(password));
    assert.match(header, /^[\w-]+={0,2}$/);
    assert.equal(header.length % 4, 0);
    const plain = Uint8Array.from(
      atob(header.replaceAll("-", "+").replaceAll("_", "/")),
      (char) => char.charCodeAt(0),
    );
    assert.deepEqual(JSON.parse(new TextDecoder().decode(plain)), {
      username: "?>?>",
      password,
      serveraddress: "https://index.docker.io/v1/",
    });
  }
  const token = { ...login(""), credentials: { identityToken: "abcdef" } };
  assert.deepEqual(JSON.parse(atob(loginHeader(token))), {
    identitytoken: "abcdef",
    serveraddress: "https://index.docker.io/v1/",
  });
  assert.ok(secretsOf(token).includes("abcdef") && secretsOf(token).includes(loginHeader(token)));
});

/** What comes of asking a helper that is this script: its login, or the words of its failure. */
async function asked(script: string, { limitMs = 5_000, name = "probe" } = {}): Promise<string> {
  await using home = await makeHome();
  await home.helper("probe", script);
  const env = { ...home.env, LD_PRELOAD: "/x", AGENT_CORE_AGENT_API_KEY: "key", AWS_PROFILE: "p" };
  const question = { name, file: "/f.json", server: "reg.example", env, limitMs };
  const answer = await askHelper(question).catch((error) => error.text.en);
  return typeof answer === "string" ? answer : JSON.stringify(answer ?? null);
}

Deno.test("helper: what it answers", async () => {
  const secret = `secret-${crypto.randomUUID()}`;
  assert.match(await asked(answering({ username: "u", password: secret })), new RegExp(secret));
  assert.equal(await asked("echo credentials not found in native keychain; exit 1"), "null");
  assert.equal(await asked(`echo '{"Username":"","Secret":""}'`), "null");
  const failures: [string, RegExp][] = [
    [`echo ${secret}; echo ${secret} >&2; exit 3`, /gave no login for reg\.example: .* code 3/],
    [`echo ${secret}`, /cannot be understood/],
    [`echo '{"Username": 1, "Secret": "${secret}"}'`, /cannot be understood/],
    [`yes ${secret}`, /cannot be understood/],
    ["kill -9 $$", /code 137/],
  ];
  for (const [script, words] of failures) {
    const said = await asked(script);
    assert.match(said, words);
    assert.ok(said.includes("docker-credential-probe") && !said.includes(secret), said);
  }
});

Deno.test("helper: one that does not answer is killed, with what it has started left behind", async () => {
  const started = performance.now();
  const slow = await asked("trap '' TERM; sleep 97531 & echo $$ >&2; sleep 97532", {
    limitMs: 700,
  });
  assert.match(slow, /had not answered within 0\.7 s and was ended/);
  // Its output stays open for as long as its child lives.
  assert.match(await asked("sleep 97533 & exit 0", { limitMs: 700 }), /had not answered/);
  assert.ok(performance.now() - started < 5_000);
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid,args"] }).output();
  const left = new TextDecoder().decode(stdout).split("\n").filter((line) =>
    /9753[123]$/.test(line)
  );
  for (const line of left) Deno.kill(Number.parseInt(line), "SIGKILL");
  assert.ok(!/docker-credential-probe/.test(new TextDecoder().decode(stdout)));
});

Deno.test("helper: it gets the environment without the agent's own, and no shell reads its name", async () => {
  const told = await asked(
    `printf '{"Username":"%s","Secret":"%s"}' "$AWS_PROFILE" "$(env | tr '\\n"' '  ')"`,
  );
  assert.match(told, /"username":"p"/);
  assert.doesNotMatch(told, /LD_PRELOAD|AGENT_CORE/);
  for (const name of ["../probe", "probe;id", "Probe", "", "probe ", "a/b"]) {
    const said = await asked('echo \'{"Username":"u","Secret":"s"}\'', { name });
    assert.match(said, /in a way that no program is named/, name);
  }
  assert.match(
    await asked("", { name: "nowhere" }),
    /docker-credential-nowhere.*\/f\.json.*Install it/,
  );
});

Deno.test("helper: a folder of PATH that is not absolute is not looked in", async () => {
  await using home = await makeHome();
  await home.helper("relative", "exit 0");
  const before = Deno.cwd();
  Deno.chdir(home.folder);
  try {
    const env = { ...home.env, PATH: "bin:./bin::." };
    const question = { name: "relative", file: "/f", server: "x", env };
    await assert.rejects(askHelper(question), /in no folder of PATH/);
  } finally {
    Deno.chdir(before);
  }
});
