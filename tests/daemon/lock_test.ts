import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  acquireLock,
  AlreadyRunning,
  isRunning,
  readHolder,
  stopAgent,
} from "../../src/daemon/mod.ts";
import { daemonFiles } from "../../src/data_folder/mod.ts";
import { eventually, fixture, linux, startAgent, tempFolder, unix } from "./helpers.ts";

Deno.test("lock: a second one is refused in the same process and names it, then free again", async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, "new", "data");
  assert.equal(await isRunning(dataDir), false);
  {
    await using _lock = await acquireLock(dataDir);
    assert.equal(await isRunning(dataDir), true);
    assert.equal(await isRunning(dataDir), true, "looking does not let go of it");
    assert.equal((await Deno.readTextFile(join(dataDir, "agent.pid"))).trim(), String(Deno.pid));
    assert.deepEqual(await readHolder(dataDir), { pid: Deno.pid });
    await assert.rejects(acquireLock(dataDir), (error: Error) => {
      assert.ok(error instanceof AlreadyRunning);
      assert.equal(error.pid, Deno.pid);
      assert.ok(error.text.en.includes(dataDir) && error.text.zh.includes(String(Deno.pid)));
      return true;
    });
  }
  assert.equal(await isRunning(dataDir), false);
  assert.equal(await readHolder(dataDir), undefined);
  await (await acquireLock(dataDir))[Symbol.asyncDispose]();
});

Deno.test("lock: files are for the owner alone", unix, async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, "data");
  await using _lock = await acquireLock(dataDir);
  assert.equal((await Deno.stat(dataDir)).mode! & 0o777, 0o700);
  for (const name of ["agent.lock", "agent.pid", "agent.holder"]) {
    assert.equal((await Deno.stat(join(dataDir, name))).mode! & 0o777, 0o600);
  }
});

Deno.test("lock: held by another process until kill -9", async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("ready", folder.path);
  assert.equal(await isRunning(folder.path), true);
  await assert.rejects(acquireLock(folder.path), { name: "AlreadyRunning", pid: agent.pid });
  Deno.kill(agent.pid, "SIGKILL");
  await eventually(async () => !(await isRunning(folder.path)));
  // What it left behind does not keep the next one out.
  assert.ok(await Deno.stat(join(folder.path, "agent.pid")));
  await using _lock = await acquireLock(folder.path);
  assert.equal((await Deno.readTextFile(join(folder.path, "agent.pid"))).trim(), String(Deno.pid));
});

Deno.test(
  "lock: with its file deleted nobody else gets in, and it is made anew",
  unix,
  async () => {
    await using folder = await tempFolder();
    await using agent = await startAgent("ready", folder.path);
    const { lock, socket } = daemonFiles(folder.path);
    await Deno.remove(lock);
    assert.equal(await isRunning(folder.path), true);
    await assert.rejects(acquireLock(folder.path), { name: "AlreadyRunning", pid: agent.pid });
    await Deno.remove(lock);
    await eventually(() => Deno.stat(lock).then(() => true, () => false));
    // From here on the lock alone is enough.
    await Deno.remove(socket);
    await assert.rejects(acquireLock(folder.path), { name: "AlreadyRunning", pid: agent.pid });
  },
);

Deno.test("lock: with its file deleted the agent can be stopped all the same", unix, async () => {
  await using folder = await tempFolder();
  await using agent = await startAgent("ready", folder.path);
  await Deno.remove(daemonFiles(folder.path).lock);
  const { pid } = agent;
  const result = await stopAgent({ dataDir: folder.path });
  assert.deepEqual(result, { outcome: "stopped", by: "control", pid });
});

Deno.test("lock: of twenty that want it at once exactly one gets it", async () => {
  await using folder = await tempFolder();
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () => acquireLock(folder.path)),
  );
  const got = tries.filter((one) => one.status === "fulfilled");
  assert.equal(got.length, 1);
  for (const one of got) await one.value[Symbol.asyncDispose]();
});

Deno.test("lock: those who only look do not keep anybody out", async () => {
  await using folder = await tempFolder();
  await (await acquireLock(folder.path))[Symbol.asyncDispose]();
  const done = new AbortController();
  const looking = Array.from({ length: 4 }, async () => {
    while (!done.signal.aborted) await isRunning(folder.path);
  });
  for (let n = 0; n < 20; n++) await (await acquireLock(folder.path))[Symbol.asyncDispose]();
  done.abort();
  await Promise.all(looking);
});

Deno.test(
  "holder: a number of another program, a dead one, a zombie and nonsense are nobody",
  linux,
  async () => {
    await using folder = await tempFolder();
    const pidFile = join(folder.path, "agent.pid");
    const holderFile = join(folder.path, "agent.holder");
    const other = new Deno.Command("sleep", { args: ["1000"], stdin: "null" }).spawn();
    try {
      await Deno.writeTextFile(pidFile, `${other.pid}\n`);
      await Deno.writeTextFile(holderFile, `${other.pid} another-boot another-namespace 1\n`);
      assert.equal(await readHolder(folder.path), undefined);
      await Deno.writeTextFile(holderFile, "");
      assert.equal(await readHolder(folder.path), undefined);
    } finally {
      other.kill("SIGKILL");
      await other.status;
    }
    assert.equal(await readHolder(folder.path), undefined, "dead");
    for (const nonsense of ["", "-1", "0", "1 2", "12x", "9".repeat(400), "\0"]) {
      await Deno.writeTextFile(pidFile, nonsense);
      assert.equal(await readHolder(folder.path), undefined, JSON.stringify(nonsense));
    }
  },
);

Deno.test("holder: a zombie has no lock and is not alive", linux, async () => {
  await using folder = await tempFolder();
  // The shell never waits for the agent: killed, it stays a zombie for as long as the shell lives.
  await using agent = await startAgent("ready", folder.path);
  assert.deepEqual(await readHolder(folder.path), { pid: agent.pid });
  const shell = new Deno.Command("sh", {
    args: ["-c", "sleep 0 & echo $!; exec sleep 1000"],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  try {
    const reader = shell.stdout.getReader();
    const pid = Number(new TextDecoder().decode((await reader.read()).value).trim());
    await reader.cancel();
    await eventually(async () => (await Deno.readTextFile(`/proc/${pid}/stat`)).includes(") Z "));
    await Deno.writeTextFile(join(folder.path, "agent.pid"), `${pid}\n`);
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const own = await Deno.readTextFile(join(folder.path, "agent.holder"));
    const [, boot, namespace] = own.trim().split(" ");
    await Deno.writeTextFile(
      join(folder.path, "agent.holder"),
      `${pid} ${boot} ${namespace} ${start}\n`,
    );
    assert.equal(await readHolder(folder.path), undefined);
  } finally {
    shell.kill("SIGKILL");
    await shell.status;
  }
});

Deno.test("lock: the holder's own looking and trying does not let go of it for others", async () => {
  await using folder = await tempFolder();
  await using _lock = await acquireLock(folder.path);
  assert.equal(await isRunning(folder.path), true);
  await assert.rejects(acquireLock(folder.path), AlreadyRunning);
  const { command, args } = fixture("small_agent.ts");
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args, "ready", folder.path],
    stdin: "null",
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), new RegExp(`process ${Deno.pid}`));
});
