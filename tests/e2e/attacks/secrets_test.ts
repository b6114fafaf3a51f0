import assert from "node:assert/strict";
import { join } from "@std/path";

import type { CallName } from "../../../src/devserver/mod.ts";
import { effect } from "../../support/effects.ts";
import { createWorld, type World } from "../world.ts";
import {
  assertHarmless,
  keyOf,
  NO_RATE,
  NO_RATE_SERVER,
  pausedTask,
  rawInspect,
  runProgram,
  STEP,
} from "./outside.ts";

const unix = { ignore: Deno.build.os === "windows" };
const linux = { ignore: Deno.build.os !== "linux" };

/** Every file below a folder, and the folders. */
async function* below(folder: string): AsyncGenerator<{ path: string; info: Deno.FileInfo }> {
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const info = await Deno.lstat(path);
    yield { path, info };
    if (info.isDirectory) yield* below(path);
  }
}

/** No file of the world but the configuration holds the key. */
async function assertNoFileHolds(world: World, secret: string): Promise<void> {
  let looked = 0;
  for await (const { path, info } of below(world.folder)) {
    if (!info.isFile || path === world.configPath) continue;
    const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
    assert.ok(!text.includes(secret), `${path} holds the secret`);
    looked++;
  }
  assert.ok(looked > 5, "nothing was looked at");
}

Deno.test({
  name: "the key is in config.toml, and nowhere else",
  ...linux,
  async fn(t) {
    await using world = await createWorld({ server: NO_RATE_SERVER });
    const key = await keyOf(world);
    const { server } = world;
    const agent = await world.startAgent(NO_RATE);
    const step = (name: string, fn: () => Promise<void>) => t.step({ name, ...STEP, fn });
    const proc = (pid: number, file: string) => Deno.readTextFile(`/proc/${pid}/${file}`);

    await step("not in arguments and environments, of the agent or of a container", async () => {
      for (const file of ["cmdline", "environ"]) {
        assert.ok(!(await proc(agent.pid, file)).includes(key), file);
      }
      const { task, goOn } = await pausedTask(
        world,
        "env; cat /proc/*/environ /proc/*/cmdline /proc/mounts task.json",
      );
      const container = await rawInspect(world, task.id);
      assert.ok(!container.includes(key) && !container.includes("api_key"));
      assert.ok(!container.includes(world.configPath), "the container knows the configuration");
      await goOn();
      const ended = await world.ended(task);
      assert.equal(ended.status, "completed", ended.errorMessage ?? "");
      await assertHarmless(world, ended);
    });

    await step("not in what the commands say", async () => {
      const config = ["--config", world.configPath, "--log-level", "debug"];
      const commands = [["status"], ["status", "--json"], ["tasks"], ["tasks", "--json"], [
        "doctor",
      ]];
      for (const command of commands) {
        const { output } = await runProgram([...config, ...command]);
        assert.ok(output.length > 20, command.join(" "));
        assert.ok(!output.includes(key), command.join(" "));
      }
      const { output } = await runProgram([...config, "register", "--token", "rt_x"]);
      assert.ok(!output.includes(key), output);
    });

    await step("not when the Server, or a proxy that echoes requests, says it", async () => {
      const calls: CallName[] = ["heartbeat", "poll", "accept", "list", "upload", "complete"];
      const echoes = [
        effect.error(401, key, `bad key ${key}`),
        effect.error(500, "Internal", `${"x".repeat(200 - key.length / 2)}${key}`),
        effect.text(502, `GET / HTTP/1.1\nAuthorization: Bearer ${key}`),
        effect.text(404, `${"x".repeat(190)}${key}`),
        effect.redirect(`http://127.0.0.1:9/?key=${key}`),
        effect.garbage(`{"has_task": "${key}`),
        effect.wrongShape({ has_task: key, success: key, file_id: 7, [key]: key }),
      ];
      // Two of them for each call: what each call makes of each answer is its own test.
      for (const [place, call] of calls.entries()) {
        for (const nth of call === "heartbeat" ? [0] : [2 * place, 2 * place + 1]) {
          server.faults.inject({ call, effect: echoes[nth % echoes.length] });
        }
      }
      const task = await world.submit("echo x > output/x");
      assert.equal((await world.ended(task)).status, "completed");
      const file = { name: "gone", content: "x", id: "gone" };
      for (let n = 0; n < 3; n++) {
        server.faults.inject({
          fileId: "gone",
          effect: effect.error(404, "NotFound", `not for ${key}`),
        });
      }
      const refused = await world.ended(await world.submit("true", [file]));
      assert.equal(refused.status, "failed");
      assert.match(refused.errorMessage!, /\*\*\*/);
      await assertHarmless(world, refused);
      const { output } = await runProgram(["--config", world.configPath, "status"]);
      assert.ok(!output.includes(key.slice(0, 16)), output);
    });

    await step("not in the log of all this, nor in a file", async () => {
      assert.match(agent.output(), /\*\*\*/);
      assert.ok(!agent.output().includes(key.slice(0, 16)), "the log holds the key, or most of it");
      await assertNoFileHolds(world, key);
    });

    await step("what the agent wrote is for its owner alone", async () => {
      for await (const { path, info } of below(world.dataDir)) {
        // What is in a workspace is for the container's user; the folder above shuts others out.
        if (/\/workspaces\/./.test(path)) continue;
        assert.equal(info.mode! & 0o077, 0, `${path}: ${(info.mode! & 0o777).toString(8)}`);
      }
    });
  },
});

Deno.test("a registration's token is in nothing that is said or written", async () => {
  await using world = await createWorld();
  const { server, configPath, folder } = world;
  const path = join(folder, "fresh.toml");
  const lines = [`[server]\nbase_url = "${server.url}"`, `[paths]\ndata_dir = "${folder}/fresh"`];
  await Deno.writeTextFile(path, lines.join("\n"), { mode: 0o600 });
  const { registrationToken: token } = server.createService("fresh");
  const attempt = () =>
    runProgram(["--config", path, "--log-level", "debug", "register", "--token", token]);
  const echoes = [
    effect.error(400, "Bad", `token ${token} is bad`),
    effect.redirect(`http://127.0.0.1:9/${token}`),
    effect.text(502, token),
    effect.error(422, token, `${"x".repeat(180)}${token}`),
  ];
  for (const echo of echoes) {
    server.faults.inject({ call: "register", effect: echo });
    const { code, output } = await attempt();
    assert.notEqual(code, 0, output);
    assert.ok(!output.includes(token.slice(0, 16)), output);
  }
  const { code, output } = await attempt();
  assert.equal(code, 0, output);
  const text = await Deno.readTextFile(path);
  const key = /api_key = "([^"]+)"/.exec(text)![1];
  assert.ok(!output.includes(token) && !output.includes(key), output);
  assert.ok(!text.includes(token), "the token was kept");
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.ok(configPath !== path);
});

Deno.test({
  name: "a looser mode is warned about, and mended where the agent wrote the file itself",
  ...unix,
  async fn() {
    await using world = await createWorld();
    const { dataDir, configPath } = world;
    await (await world.startAgent()).leave();
    const files = ["agent.db", "agent.id", "agent.lock", "reserve"].map((name) =>
      join(dataDir, name)
    );
    const folders = ["logs", "workspaces", "spill"].map((name) => join(dataDir, name));
    for (const path of files) await Deno.chmod(path, 0o666);
    for (const path of folders) await Deno.chmod(path, 0o755);
    await Deno.chmod(configPath, 0o644);
    const mine = join(dataDir, "of-the-owner");
    await Deno.mkdir(mine);
    await Deno.chmod(mine, 0o755);
    const agent = await world.startAgent();
    for (const path of [...files, ...folders]) {
      assert.equal((await Deno.stat(path)).mode! & 0o077, 0, path);
      assert.ok(agent.output().includes(path), `${path} is not warned about`);
    }
    assert.match(agent.output(), /config\.toml.*0644.*chmod 600/);
    assert.equal((await Deno.stat(configPath)).mode! & 0o777, 0o644, "not the agent's to change");
    assert.equal((await Deno.stat(mine)).mode! & 0o777, 0o755, "not the agent's to change");
  },
});

Deno.test("a redirect is never followed, and carries the key to nobody", async () => {
  await using world = await createWorld({ server: NO_RATE_SERVER });
  const seen: string[] = [];
  await using elsewhere = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      seen.push(`${request.method} ${request.url} ${JSON.stringify([...request.headers])}`);
      return Response.json({ has_task: false });
    },
  );
  const agent = await world.startAgent(NO_RATE);
  const calls: CallName[] = [
    "heartbeat",
    "poll",
    "accept",
    "list",
    "upload",
    "complete",
    "download",
  ];
  const statuses = [307, 301, 302, 308, 303, 307, 302];
  for (const [place, call] of calls.entries()) {
    const to = `http://127.0.0.1:${elsewhere.addr.port}/${call}`;
    world.server.faults.inject({ call, effect: effect.redirect(to, statuses[place]) });
  }
  const task = await world.submit("echo x > output/x");
  const ended = await world.ended(task);
  assert.equal(ended.status, "completed", ended.errorMessage ?? "");
  assert.deepEqual(seen, []);
  assert.match(agent.output(), /redirect/i);
});

Deno.test("http:// to another machine is warned about", async () => {
  await using world = await createWorld({
    // An address that leads nowhere (RFC 5737).
    settings: { server: { base_url: "http://192.0.2.1:8080" } },
  });
  const agent = await world.startAgent();
  assert.match(agent.output(), /192\.0\.2\.1.*travels in the clear/);
});
