import assert from "node:assert/strict";
import { join } from "@std/path";

import { createSecrets, type Secrets } from "../../src/executor/mod.ts";
import { secretValues } from "../../src/executor/secrets.ts";
import { shell, withBench } from "./helpers.ts";

const KEY = "sk-live-0123456789abcdef";

/** A folder with these files as a mount marked secret. */
async function withSecrets(
  files: Readonly<Record<string, string>>,
  body: (secrets: Secrets, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    const mount = { host: folder, container: "/run/agent", readonly: true };
    await body(
      createSecrets([
        { ...mount, host: "/nowhere", secret: false },
        { ...mount, secret: true },
      ]),
      folder,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a file's secrets are its lines, what is assigned, long words and JSON's strings", () => {
  const values = (text: string) => {
    const found = new Set(secretValues(text));
    return (value: string) => found.has(value);
  };
  const lines = values(`# the key of the lab\n${KEY}\nshort\n`);
  assert.ok(lines(KEY) && !lines("short") && !lines("# the key of the lab"));
  const assigned = values(`export API_KEY="pass word 1"\ntoken: 'abcdefgh'\nuser=me\n`);
  assert.ok(assigned("pass word 1") && assigned("abcdefgh") && !assigned("me"));
  assert.ok(values(`# old: no; ${KEY} is the one`)(KEY));
  const json = values(
    JSON.stringify({ lab: { type: "api", key: 'a"b\\c%d-e' }, list: ["12345678"] }),
  );
  assert.ok(json('a"b\\c%d-e') && json("12345678") && !json("api"));
  // As JSON and as an address write it.
  assert.ok(json('a\\"b\\\\c%d-e') && json("a%22b%5Cc%25d-e"));
  const pem = values("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n");
  assert.ok(pem("MIIEvQIBADANBgkq") && !pem("-----BEGIN PRIVATE KEY-----"));
  assert.deepEqual(secretValues("\0\x01\ufffd binary things in here"), []);
  assert.deepEqual(secretValues(""), []);
});

Deno.test("all files of the mount count, be they changed meanwhile; links out of it do not", () =>
  withSecrets({ api_key: `${KEY}\n` }, async (secrets, folder) => {
    assert.equal(secrets.text(`Bearer ${KEY}`), `Bearer ${KEY}`);
    assert.deepEqual(await secrets.refresh(), []);
    assert.equal(secrets.text(`Bearer ${KEY}`), "Bearer ***");
    await Deno.writeTextFile(join(folder, "api_key"), "another-key-now");
    await Deno.mkdir(join(folder, "below"));
    await Deno.writeTextFile(join(folder, "below", "token"), "token-of-the-lab");
    if (Deno.build.os !== "windows") {
      await Deno.symlink("..", join(folder, "below", "round"));
      await Deno.symlink("below/token", join(folder, "inside"));
      await Deno.symlink("/etc/os-release", join(folder, "outside"));
      await new Deno.Command("mkfifo", { args: [join(folder, "pipe")] }).output();
    }
    assert.deepEqual(await secrets.refresh(), []);
    assert.equal(secrets.text("another-key-now token-of-the-lab"), "*** ***");
    // A key of before may be in an output still, and a mount be away for a moment.
    assert.equal(secrets.text(KEY), "***");
    await Deno.rename(folder, `${folder}.away`);
    assert.deepEqual(await secrets.refresh(), []);
    assert.equal(secrets.text("another-key-now"), "***");
    await Deno.rename(`${folder}.away`, folder);
    const system = await Deno.readTextFile("/etc/os-release").catch(() => "");
    assert.equal(secrets.text(system), system);
  }));

Deno.test("what is too large or cannot be read is said", () =>
  withSecrets({ api_key: KEY, large: "x".repeat(70_000) }, async (secrets, folder) => {
    const [warning, ...none] = await secrets.refresh();
    assert.ok(warning.en.includes(folder) && /small folder/.test(warning.en), warning.en);
    assert.deepEqual(none, []);
    await Deno.remove(join(folder, "large"));
    for (let n = 0; n < 300; n++) await Deno.writeTextFile(join(folder, `f${n}`), `value-${n}`);
    assert.equal((await secrets.refresh()).length, 1);
  }));

Deno.test("a file server that does not answer is not waited for, and asked by nobody else meanwhile", async () => {
  let asked = 0;
  const gate = Promise.withResolvers<void>();
  const mount = { host: "/srv/keys", container: "/run/agent", readonly: true, secret: true };
  const read = async () => {
    if (++asked > 1) await gate.promise;
    return { texts: [asked > 2 ? "the-third-key" : KEY], isWhole: true };
  };
  const secrets = createSecrets([mount], { read, readMs: 20 });
  assert.deepEqual(await secrets.refresh(), []);
  for (let n = 0; n < 3; n++) {
    const [warning] = await secrets.refresh();
    assert.match(warning.en, /\/srv\/keys\) could not be read within 0.02 s/);
    assert.equal(secrets.text(KEY), "***");
  }
  assert.equal(asked, 2);
  gate.resolve();
  // That reading ends first, and then there is another.
  await secrets.refresh();
  assert.deepEqual(await secrets.refresh(), []);
  assert.equal(secrets.text("the-third-key"), "***");
});

Deno.test("a log that is cut off again and again has every line, and never the key", () =>
  withSecrets({ api_key: KEY }, async (secrets) => {
    const half = KEY.length / 2;
    // In halves and quarters, so that it lies across the frames of the engine's log.
    const script = `i=0; while [ $i -lt 150 ]; do printf 'out %s ${KEY.slice(0, half)}' $i; ` +
      `printf 'err %s ${KEY.slice(0, 6)}' $i >&2; sleep 0.01; ` +
      `echo '${KEY.slice(half)} end'; echo '${KEY.slice(6)} end' >&2; i=$((i+1)); done; ` +
      `printf 'last words ${KEY.slice(0, -1)}'`;
    await withBench({ executor: shell(script) }, async (bench) => {
      const attempt = await bench.attempt();
      const runId = await bench.executor.create(attempt, bench.signal);
      await bench.executor.start(runId, bench.signal);
      let cuts = 0;
      for (let round = 0; round < 12; round++) {
        const cut = new AbortController();
        const timer = setTimeout(() => cut.abort(new Error("cut")), Math.random() * 250);
        await bench.again({ secrets }).log(attempt, runId, cut.signal).catch(() => cuts++);
        clearTimeout(timer);
      }
      assert.ok(cuts > 0);
      const last = bench.again({ secrets });
      await last.log(attempt, runId, bench.signal);
      const log = await Deno.readTextFile(attempt.logPath);
      for (const word of ["out", "err"]) {
        const found = [...log.matchAll(new RegExp(`${word} (\\d+) \\*\\*\\* end`, "g"))];
        assert.deepEqual(found.map(([, n]) => Number(n)), Array.from({ length: 150 }, (_, n) => n));
      }
      assert.ok(!log.includes(KEY.slice(0, 8)) && !log.includes(KEY.slice(-8)), log.slice(-300));
      const { stdout, stderr } = await last.tails(attempt);
      assert.ok(stdout.endsWith("out 149 *** end\nlast words ***"), stdout.slice(-80));
      assert.ok(stderr.endsWith("err 149 *** end\n"), stderr.slice(-80));
    });
  }));

Deno.test("a key that is newer than the run does not leave with its last words either", () =>
  withSecrets(
    { api_key: "the-old-key-1234" },
    (secrets, folder) =>
      withBench({ executor: shell("echo the-new-key-5678") }, async (bench) => {
        const attempt = await bench.attempt();
        const executor = bench.again({ secrets });
        const runId = await executor.create(attempt, bench.signal);
        await executor.start(runId, bench.signal);
        await executor.log(attempt, runId, bench.signal);
        await Deno.writeTextFile(join(folder, "api_key"), "the-new-key-5678");
        assert.equal((await executor.tails(attempt)).stdout, "***\n");
      }),
  ));
