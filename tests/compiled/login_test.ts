import assert from "node:assert/strict";
import { join } from "@std/path";

import { startDevServer } from "../../src/devserver/mod.ts";
import { startRegistry } from "../docker/registry.ts";
import { testEngine } from "../support/engine.ts";
import { expectCode } from "../support/journey.ts";
import { PATH, type Person, person } from "./person.ts";

const ACCOUNT = { username: "lab", password: `secret-${crypto.randomUUID()}` };

/** Writes a helper that counts how often it is asked. @returns where it is */
async function writeHelper({ folder }: Person): Promise<string> {
  const path = join(folder, "docker-credential-pass");
  const answer = JSON.stringify({ Username: ACCOUNT.username, Secret: ACCOUNT.password });
  await Deno.writeTextFile(
    path,
    `#!/bin/sh\necho x >> ${folder}/asked\ncat <<'END'\n${answer}\nEND\n`,
  );
  await Deno.chmod(path, 0o755);
  await Deno.mkdir(join(folder, ".docker"));
  const logins = JSON.stringify({ credsStore: "pass" });
  await Deno.writeTextFile(join(folder, ".docker", "config.json"), logins);
  return path;
}

async function until(ask: () => Promise<unknown>, what: () => string): Promise<void> {
  for (const deadline = performance.now() + 60_000; !await ask();) {
    assert.ok(performance.now() < deadline, what());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test("compiled: an agent that is up still pulls with a credential helper", async () => {
  await using someone = await person("root");
  await using registry = await startRegistry({ account: ACCOUNT });
  await using server = await startDevServer();
  await using engine = await testEngine();
  const { folder, binary } = someone;
  const { serviceId, apiKey } = server.createAgent("lab");
  await Deno.writeTextFile(
    join(folder, "config.toml"),
    `[server]\nbase_url = "${server.url}"\npoll_interval_secs = 1\n` +
      `[agent]\nservice_id = "${serviceId}"\napi_key = "${apiKey}"\n` +
      `[executor]\nimage = "${registry.reference}"\n[disk]\nmin_free = "64m"\ncritical_free = "32m"\n`,
    { mode: 0o600 },
  );
  const helper = await writeHelper(someone);
  // A folder of this program alone, where a helper may be started from; what it links to may be anywhere.
  const own = `mount -t tmpfs none /usr/local/bin && ln -s ${helper} /usr/local/bin/ && exec "$@"`;
  const child = new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", own, "sh", binary, "--lang", "en", "run"],
    cwd: folder,
    clearEnv: true,
    env: { HOME: folder, PATH },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  const reading = (async () => {
    for await (const words of child.stderr.pipeThrough(new TextDecoderStream())) said += words;
  })();
  try {
    await until(() => Promise.resolve(/is up/.test(said)), () => said);
    assert.ok(said.includes(`${registry.reference}, which is ${registry.digest}`), said);
    await engine.removeImage(registry.reference, { force: true });
    await until(() => engine.inspectImage(registry.reference), () => said);
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await reading;
    await engine.removeImage(registry.reference, { force: true });
  }
  assert.equal(await Deno.readTextFile(join(folder, "asked")), "x\nx\n");
  assert.ok(!said.includes(ACCOUNT.password), said);
});

Deno.test("compiled: a credential helper elsewhere is named, with what to do", async () => {
  await using someone = await person("root");
  const helper = await writeHelper(someone);
  await expectCode(someone, 0, "init");
  const script = `cd ${someone.folder} && HOME=$PWD PATH=$PATH:$PWD agent-core --lang en doctor`;
  const { stdout } = await someone.sh(script);
  assert.ok(stdout.includes(`${helper}, which ${join(someone.folder, ".docker")}`), stdout);
  assert.match(stdout, /is not where agent-core may start it[^]*link it to\s+\/usr\/local\/bin/);
  await assert.rejects(Deno.stat(join(someone.folder, "asked")), Deno.errors.NotFound);
});
