import assert from "node:assert/strict";
import { join } from "@std/path";
import { launchdPlist } from "../../src/daemon/launchd_plist.ts";
import { serviceFile, type ServiceOptions, servicePath } from "../../src/daemon/mod.ts";
import { systemdUnit } from "../../src/daemon/systemd_unit.ts";
import { windowsArgument, windowsTask } from "../../src/daemon/windows_task.ts";
import { tempFolder, where } from "./helpers.ts";

const nasty = [
  "a b",
  'q"q',
  "it's",
  "50%n",
  "$HOME ${X}",
  "back\\slash\\",
  "任务 <&>",
  "",
  "-x",
  ";",
];
const options: ServiceOptions = {
  scope: "system",
  program: { command: "/opt/agent core/agent-core", args: [] },
  args: ["--config", "/etc/a b/config.toml", "run"],
  dataDir: "/var/lib/agent-core",
  workingDir: "/etc/a b",
};

async function run(command: string, args: string[], stdin = "") {
  const child = new Deno.Command(command, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

const lineOf = (unit: string, key: string) =>
  unit.split("\n").find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);

Deno.test("systemd: starts after Docker and the network, comes back, leaves containers alone", () => {
  const unit = systemdUnit(options);
  assert.equal(lineOf(unit, "After"), "network-online.target docker.service");
  assert.equal(lineOf(unit, "Wants"), "network-online.target docker.service");
  assert.equal(lineOf(unit, "Restart"), "always");
  assert.equal(lineOf(unit, "RestartPreventExitStatus"), "0 2");
  assert.equal(lineOf(unit, "SuccessExitStatus"), "129 130 143");
  assert.equal(lineOf(unit, "KillMode"), "mixed");
  assert.equal(lineOf(unit, "WantedBy"), "multi-user.target");
  assert.equal(lineOf(unit, "ProtectSystem"), "full");
  assert.equal(lineOf(unit, "User"), undefined);
  assert.equal(lineOf(unit, "LimitCORE"), "0");
  const own = systemdUnit({ ...options, user: "lab", dataDir: "/usr/local/agent" });
  assert.equal(lineOf(own, "User"), "lab");
  assert.equal(lineOf(own, "ProtectSystem"), undefined, "the data folder must stay writable");
  const user = systemdUnit({ ...options, scope: "user", user: "lab" });
  assert.equal(lineOf(user, "After"), "docker.service");
  assert.equal(lineOf(user, "WantedBy"), "default.target");
  assert.equal(lineOf(user, "User"), undefined);
  assert.equal(lineOf(user, "ProtectSystem"), undefined);
});

Deno.test("systemd: every character of a path and an argument is taken as itself", () => {
  const unit = systemdUnit({
    ...options,
    program: { command: "/opt/$5 100%/a", args: ["run"] },
    args: nasty,
    workingDir: "/w 50%\\",
    env: { TEXT: 'say "50%" $x' },
  });
  assert.equal(
    lineOf(unit, "ExecStart"),
    '"/opt/$5 100%%/a" "run" "a b" "q\\"q" "it\'s" "50%%n" "$$HOME $${X}" ' +
      '"back\\\\slash\\\\" "任务 <&>" "" "-x" ";"',
  );
  assert.equal(lineOf(unit, "WorkingDirectory"), "/w 50%%\\/");
  assert.equal(lineOf(unit, "Environment"), '"TEXT=say \\"50%%\\" $x"');
});

Deno.test("service files: a control character is refused, naming the value", () => {
  for (const bad of ["/a\nExecStartPost=rm", "/a\rb", "/a\0", "/a\x1b[m"]) {
    for (const make of [systemdUnit, launchdPlist, windowsTask]) {
      assert.throws(() => make({ ...options, args: [bad] }), /control characters/);
      assert.throws(() => make({ ...options, workingDir: bad }), /control characters/);
    }
  }
});

Deno.test(
  "systemd: systemd itself finds nothing wrong with the units",
  where("systemd-analyze"),
  async () => {
    await using folder = await tempFolder();
    const program = join(folder.path, "a b$x 50% 任务");
    await Deno.copyFile("/bin/true", program);
    for (const scope of ["system", "user"] as const) {
      const file = join(folder.path, `agent-core-${scope}.service`);
      await Deno.writeTextFile(
        file,
        systemdUnit({
          ...options,
          scope,
          program: { command: program, args: nasty },
          workingDir: folder.path,
          env: { A: 'b"c %' },
        }),
      );
      const { code, err } = await run("systemd-analyze", [
        "verify",
        `--${scope}`,
        "--man=no",
        file,
      ]);
      const ours = err.split("\n").filter((line) => line.includes("agent-core-"));
      assert.deepEqual(ours, [], `${scope}: ${code} ${err}`);
    }
  },
);

Deno.test("launchd: Python's plistlib reads back what was meant", where("python3"), async () => {
  const plist = launchdPlist({
    ...options,
    args: nasty,
    user: "lab",
    env: { LANG: "zh_CN.UTF-8" },
    name: "lab&2",
  });
  const script = "import plistlib,sys,json; " +
    "print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  const { code, out, err } = await run("python3", ["-c", script], plist);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), {
    Label: "openaaas.lab&2",
    ProgramArguments: ["/opt/agent core/agent-core", ...nasty],
    WorkingDirectory: "/etc/a b",
    UserName: "lab",
    // By which the agent keeps that log small itself.
    EnvironmentVariables: { LANG: "zh_CN.UTF-8", AGENT_CORE_DETACHED: "1" },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 30,
    ExitTimeOut: 20,
    StandardOutPath: "/var/lib/agent-core/agent.log",
    StandardErrorPath: "/var/lib/agent-core/agent.log",
  });
});

Deno.test(
  "Windows: the task is well-formed XML with the fields in the order of the schema",
  where("python3"),
  async () => {
    const script = `
import sys, json, xml.etree.ElementTree as E
text = sys.stdin.buffer.read().decode().split("?>", 1)[1]
n = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
t = E.fromstring(text)
g = lambda p: t.findtext("/".join(n + x for x in p.split("/")))
print(json.dumps({"order": [c.tag.replace(n, "") for c in t],
  "exec": [g("Actions/Exec/Command"), g("Actions/Exec/Arguments"), g("Actions/Exec/WorkingDirectory")],
  "trigger": [c.tag.replace(n, "") for c in t.find(n + "Triggers")],
  "user": g("Principals/Principal/UserId"), "logon": g("Principals/Principal/LogonType"),
  "limit": g("Settings/ExecutionTimeLimit"), "two": g("Settings/MultipleInstancesPolicy")}))`;
    const read = async (task: string) => {
      const { code, out, err } = await run("python3", ["-c", script], task);
      assert.equal(code, 0, err);
      return JSON.parse(out);
    };
    const windows: ServiceOptions = {
      ...options,
      program: { command: "C:\\Program Files\\agent-core & co\\agent-core.exe", args: [] },
      args: ["--config", "C:\\数据 <1>\\config.toml", "run"],
      workingDir: "C:\\数据 <1>",
    };
    const system = await read(windowsTask(windows));
    assert.deepEqual(system, {
      order: ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
      exec: [
        "C:\\Program Files\\agent-core & co\\agent-core.exe",
        '--config "C:\\数据 <1>\\config.toml" run',
        "C:\\数据 <1>",
      ],
      trigger: ["BootTrigger"],
      user: "S-1-5-18",
      logon: null,
      limit: "PT0S",
      two: "IgnoreNew",
    });
    const file = serviceFile({ ...windows, scope: "user" }, {
      home: "C:\\Users\\x",
      os: "windows",
      userName: "LAB\\x",
    });
    const user = await read(file.text);
    assert.deepEqual(
      [user.trigger, user.user, user.logon],
      [["LogonTrigger"], "LAB\\x", "InteractiveToken"],
    );
  },
);

Deno.test("Windows: arguments in quotes are read back by the rules of CommandLineToArgvW", () => {
  const cases: [string, string][] = [
    ["plain", "plain"],
    ["C:\\a\\b", "C:\\a\\b"],
    ["", '""'],
    ["a b", '"a b"'],
    ["C:\\a b\\", '"C:\\a b\\\\"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['a\\"b', '"a\\\\\\"b"'],
  ];
  for (const [value, written] of cases) assert.equal(windowsArgument(value), written);
});

Deno.test("service files: each has its usual place", () => {
  const at = (os: "linux" | "darwin", scope: "user" | "system") =>
    servicePath({ scope, dataDir: "/d" }, { home: "/home/x", os }).path;
  assert.equal(at("linux", "system"), "/etc/systemd/system/agent-core.service");
  assert.equal(at("linux", "user"), "/home/x/.config/systemd/user/agent-core.service");
  assert.equal(at("darwin", "user"), "/home/x/Library/LaunchAgents/openaaas.agent-core.plist");
  assert.equal(at("darwin", "system"), "/Library/LaunchDaemons/openaaas.agent-core.plist");
  assert.deepEqual(
    servicePath({ scope: "user", name: "two", dataDir: "/d" }, {
      home: "/h",
      configHome: "/c",
      os: "linux",
    }),
    {
      name: "two.service",
      path: "/c/systemd/user/two.service",
      variablesPath: "/c/systemd/user/two.env",
    },
  );
});
