import assert from "node:assert/strict";

import { startDevServer } from "../../src/devserver/mod.ts";
import { createPlace, withServer } from "./support/place.ts";

Deno.test("init writes a configuration, and replaces one only by force, with a copy", async () => {
  await using place = await createPlace();
  const first = await place.run(["init"]);
  assert.equal(first.code, 0);
  assert.match(first.stdout, /Next:.*register.*run/s);
  assert.equal((await Deno.stat(place.configPath)).mode! & 0o777, 0o600);
  await Deno.writeTextFile(place.configPath, "# mine\n");
  const second = await place.run(["init"]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /--force/);
  assert.equal(await Deno.readTextFile(place.configPath), "# mine\n");
  for (let n = 0; n < 2; n++) assert.equal((await place.run(["init", "--force"])).code, 0);
  const copies: string[] = [];
  for await (const { name } of Deno.readDir(place.folder)) {
    if (name.endsWith(".bak")) copies.push(await Deno.readTextFile(`${place.folder}/${name}`));
  }
  assert.equal(copies.length, 2);
  assert.ok(copies.includes("# mine\n"));
});

Deno.test("init in Chinese writes Chinese explanations", async () => {
  await using place = await createPlace();
  const { stdout } = await place.run(["init"], { AGENT_CORE_LANG: "zh" });
  assert.match(stdout, /下一步/);
  assert.match(await Deno.readTextFile(place.configPath), /# .*\p{Script=Han}/u);
});

Deno.test("a registration is written into the file, comments kept; a second one needs --force", async () => {
  await using server = await startDevServer();
  await using place = await createPlace();
  const { id, registrationToken } = server.createService("lab");
  await place.run(["init"]);
  const before = await Deno.readTextFile(place.configPath);
  await Deno.writeTextFile(
    place.configPath,
    before.replace("http://127.0.0.1:8080", server.url) + "\n# my own words\n",
  );
  const { code, stdout } = await place.run([
    ...["register", "--token", registrationToken, "--name", "lab-3"],
  ]);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(id));
  assert.match(stdout, /Next: agent-core run/);
  const after = await Deno.readTextFile(place.configPath);
  assert.match(after, new RegExp(`^service_id = "${id}"$`, "m"));
  assert.match(after, /^name = "lab-3"$/m);
  assert.match(after, /# my own words/);

  const again = await place.run(["register", "--token", registrationToken]);
  assert.equal(again.code, 1);
  assert.match(again.stderr, new RegExp(`${id}.*--force`, "s"));
  const other = server.createService("other");
  const forced = await place.run(["register", "--force", "--token", other.registrationToken]);
  assert.equal(forced.code, 0);
  assert.match(await Deno.readTextFile(place.configPath), new RegExp(other.id));
});

Deno.test("each failure of a registration has its own words", async () => {
  await using server = await startDevServer();
  await using older = await startDevServer({ older: true });
  await using web = serveWeb();
  await using place = await createPlace();
  const used = older.createService("used");
  const revoked = older.createService("revoked");
  older.revoke(revoked.id);
  const said = new Set<string>();
  const fails = async (url: string, token: string, zh: RegExp, en: RegExp) => {
    await place.configure({ url });
    for (const [lang, words] of [["zh", zh], ["en", en]] as const) {
      const { code, stdout, stderr } = await place.run(
        ["--lang", lang, "register", "--token", token],
      );
      assert.equal(code, 1, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, words);
      assert.ok(!stderr.includes(token), "the token was shown");
      said.add(stderr.replaceAll(url, ""));
    }
  };
  await place.configure({ url: older.url });
  assert.equal((await place.run(["register", "--token", used.registrationToken])).code, 0);
  await fails(server.url, "rt_wrong", /不认识/, /token/);
  await fails(older.url, used.registrationToken, /已/, /already/);
  await fails(older.url, revoked.registrationToken, /吊销|撤销/, /revoked/);
  await fails("http://127.0.0.1:1", "rt_x", /无法连接|连不上/, /reach|connect/);
  await fails(web.url, "rt_x", /不是|不像/, /not/);
  assert.equal(said.size, 10);
});

Deno.test("a registration is refused while the agent runs", async () => {
  await withServer(async (place, server) => {
    await place.configure({ url: server.url, agent: server.createAgent("lab") });
    assert.equal((await place.run(["run-detached"])).code, 0);
    const { code, stderr } = await place.run(["register", "--force", "--token", "rt_x"]);
    assert.equal(code, 1);
    assert.match(stderr, /agent-core stop/);
  });
});

Deno.test("without a terminal and without a token, the command to run is said", async () => {
  await using place = await createPlace();
  await place.configure({ url: "http://127.0.0.1:1" });
  const { code, stderr } = await place.run(["register"]);
  assert.equal(code, 2);
  assert.match(stderr, /register --token/);
});

/** Something on the web that is no OpenAaaS Server. */
function serveWeb() {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("<html>hello</html>", { headers: { "content-type": "text/html" } }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
