// What the system refuses is said as that, and never as a bug of this program.
import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import { denoFlags } from "../e2e/agent_process.ts";
import { run as runTool, smallDisk } from "../support/small_disk.ts";
import { createPlace, type Place } from "./support/place.ts";
import { agentCore, type Ended, type RunOptions } from "./support/program.ts";

const ignore = Deno.build.os !== "linux";
const CLOSED_PIPE = `
import os, subprocess, sys
read, write = os.pipe()
os.close(read)
sys.exit(subprocess.call(sys.argv[1:], stdout=write))
`;
/** The pipe does not wait, and holds one page; it is read when the program has filled it. */
const SLOW_READER = `
import fcntl, os, subprocess, sys, time
F_SETPIPE_SZ = 1031
read, write = os.pipe()
fcntl.fcntl(write, F_SETPIPE_SZ, 4096)
os.set_blocking(write, False)
child = subprocess.Popen(sys.argv[1:], stdout=write)
os.close(write)
time.sleep(0.5)
while data := os.read(read, 700):
    sys.stdout.buffer.write(data)
    time.sleep(0.001)
sys.stdout.flush()
sys.exit(child.wait())
`;
const TO_FULL_DISK = ["sh", "-c", 'exec "$@" > /dev/full', "sh"];
/** Its stdout is a pipe that nobody reads from the beginning. */
const TO_CLOSED_PIPE = ["python3", "-c", CLOSED_PIPE];
/** As an ordinary user where the tests are root's: one whom permissions hold up. */
const ORDINARY = Deno.uid() === 0 ? ["setpriv", ...powerless(), "--"] : [];

/** Commands that print, and how each ends when nobody reads that. */
const PRINTING: readonly (readonly [args: string, code: number])[] = [
  ["--help", 0],
  ["run --help", 0],
  ["help", 0],
  ["help run", 0],
  ["--version", 0],
  ["status", 3],
  ["status --json", 3],
  ["tasks", 0],
  ["tasks --json", 0],
  ["logs", 0],
  ["doctor", 1],
  ["stop", 3],
  ["completions bash", 0],
  ["install-service --print", 0],
  ["init --config new/config.toml", 0],
  ["new-image lab", 0],
];

Deno.test({
  name: "a full disk behind `> file` is said by every command that prints",
  ignore,
  fn: async () => {
    await using place = await registeredPlace();
    const commands = [...PRINTING.map(([args]) => args), "dev-server --port 0"];
    for (const command of commands) {
      const en = await runUnder(place, TO_FULL_DISK, command);
      assert.equal(en.code, 1, command);
      saysTrouble(
        en,
        /(?:Cannot write stdout|The system reports): no space left on the disk\. Free/,
      );
      await removeMade(place);
    }
    const zh = await runUnder(place, TO_FULL_DISK, "--lang zh tasks");
    assert.equal(zh.stderr, "错误：无法写入 stdout：磁盘空间不足。请腾出空间后重试。\n");
  },
});

Deno.test({
  name: "a reader that has gone is no trouble of any command that prints",
  ignore,
  fn: async () => {
    await using place = await registeredPlace();
    for (const [command, code] of PRINTING) {
      const ended = await runUnder(place, TO_CLOSED_PIPE, command);
      assert.equal(ended.code, code, `${command}: ${ended.stderr}`);
      assert.doesNotMatch(ended.stderr, /bug|pipe|^Error/im, command);
      await removeMade(place);
    }
  },
});

Deno.test({
  name: "an ordinary user is told that a folder is another user's, and no lie about it",
  ignore,
  fn: async () => {
    await using place = await registeredPlace();
    const closed = [place.dataDir, join(place.folder, "closed")];
    await Deno.mkdir(closed[1]);
    for (const folder of closed) await Deno.chmod(folder, 0);
    try {
      const commands = [
        ...["status", "status --json", "tasks", "tasks --json", "logs", "logs x", "stop", "doctor"],
        ...[
          "clean --yes",
          "tasks discard x",
          "tasks fail x",
          "tasks move --from http://localhost:1",
        ],
        ...["run", "run-detached", "register --token rt_x --force", "try --prompt x"],
        ...["init --config closed/config.toml", "new-image closed/lab"],
      ];
      for (const command of commands) {
        const ended = await runUnder(place, ORDINARY, command);
        assert.equal(ended.code, 1, `${command}: ${ended.stdout}${ended.stderr}`);
        const said = `${ended.stdout}${ended.stderr}`;
        assert.doesNotMatch(said, /has a bug|not running|No tasks yet|There is no /, command);
        if (command === "status --json") assert.match(said, /"running": null/);
        else assert.match(said, /permission denied|No permission to read/, command);
      }
    } finally {
      for (const folder of closed) await Deno.chmod(folder, 0o700);
    }
  },
});

Deno.test({
  name: "a read-only disk is said by every command that writes",
  ignore: ignore || Deno.uid() !== 0,
  fn: async () => {
    await using disk = await smallDisk("size=1m");
    await using place = await registeredPlace();
    const config = join(disk.path, "config.toml");
    await Deno.copyFile(place.configPath, config);
    await Deno.chmod(config, 0o600);
    await runTool("mount", "-o", "remount,ro", disk.path);
    const commands = [
      ...["init --force", "register --token rt_x --force", "run", "run-detached"],
      ...["try --prompt x", `new-image ${disk.path}/lab`],
    ];
    for (const command of commands) {
      const ended = await runUnder(place, [], `--config ${config} ${command}`);
      assert.equal(ended.code, 1, `${command}: ${ended.stderr}`);
      saysTrouble(ended, /the file system is read-only/);
    }
  },
});

Deno.test({
  name: "a disk that fills up is said by the commands that write",
  ignore: ignore || Deno.uid() !== 0,
  fn: async () => {
    await using disk = await smallDisk("size=4k");
    await using place = await createPlace();
    await Deno.writeFile(join(disk.path, "full"), new Uint8Array(4096));
    for (const command of [`init --config ${disk.path}/c.toml`, `new-image ${disk.path}/lab`]) {
      const ended = await runUnder(place, [], command);
      assert.equal(ended.code, 1, command);
      saysTrouble(ended, /no space left on the disk/);
    }
  },
});

Deno.test({
  name: "a pipe that takes nothing just now is waited for",
  ignore,
  fn: async () => {
    await using place = await registeredPlace();
    const long = Array.from({ length: 4 }, (_, n) => `${n}`.repeat(n * 3000 + 500)).join("\n");
    const log = "a line of the log\n".repeat(1500) + long + "\nmore\n".repeat(400) + "no end";
    await Deno.writeTextFile(join(place.dataDir, "agent.log"), log);
    const slow = await runUnder(place, ["python3", "-c", SLOW_READER], "logs -n 5000");
    assert.equal(slow.code, 0, slow.stderr);
    assert.equal(slow.stdout, log);
  },
});

Deno.test({
  name: "a full pipe gets each piece once, whatever its length and its last line",
  ignore,
  fn: async () => {
    const expected = await Deno.makeTempFile({ prefix: "agent-core-" });
    const script = fromFileUrl(new URL("support/writes_much.ts", import.meta.url));
    const command = [Deno.execPath(), "run", ...denoFlags(), script, expected];
    const { stdout, success } = await new Deno.Command("python3", {
      args: ["-c", SLOW_READER, ...command],
    }).output();
    assert.ok(success);
    assert.ok(new TextDecoder().decode(stdout) === await Deno.readTextFile(expected));
    await Deno.remove(expected);
  },
});

function powerless(): string[] {
  const without = "-dac_override,-dac_read_search,-fowner";
  return [`--bounding-set=${without}`, `--inh-caps=${without}`];
}

/** A place with a configuration that looks registered, an empty data folder and a log. */
async function registeredPlace(): Promise<Place> {
  const place = await createPlace();
  await place.configure({
    url: "http://127.0.0.1:9",
    agent: { serviceId: "svc_x", apiKey: "ak_agent_x" },
  });
  await Deno.mkdir(place.dataDir, { mode: 0o700 });
  await Deno.writeTextFile(join(place.dataDir, "agent.log"), "a line\n");
  await Deno.writeTextFile(join(place.dataDir, "agent.lock"), "");
  return place;
}

async function removeMade(place: Place): Promise<void> {
  for (const name of ["new", "lab"]) {
    await Deno.remove(join(place.folder, name), { recursive: true }).catch(() => {});
  }
}

function runUnder(
  place: Place,
  under: RunOptions["under"],
  command: string,
): Promise<Ended> {
  const env = { AGENT_CORE_LANG: "en" };
  return agentCore(command.split(" "), { cwd: place.folder, env, under });
}

function saysTrouble({ stderr }: Ended, words: RegExp): void {
  assert.match(stderr, words);
  assert.doesNotMatch(stderr, /bug|\n {4}at /);
}
