import assert from "node:assert/strict";

import { ANSI, CHINESE, createPlace } from "./support/place.ts";

const COMMANDS = [
  "demo",
  "init",
  "register",
  "run",
  "run-detached",
  "stop",
  "status",
  "tasks",
  "logs",
  "doctor",
  "clean",
  "install-service",
  "uninstall-service",
  "dev-server",
  "completions",
];

Deno.test("without a command, and with --help, the program shows its help and ends well", async () => {
  await using place = await createPlace();
  const bare = await place.run([]);
  const asked = await place.run(["--help"]);
  assert.equal(bare.code, 0);
  assert.deepEqual(asked, bare);
  assert.equal(bare.stderr, "");
  for (const command of COMMANDS) assert.match(bare.stdout, new RegExp(`^  ${command}\\b`, "m"));
  assert.doesNotMatch(bare.stdout, ANSI);
});

Deno.test("every command has help with examples in both languages", async () => {
  await using place = await createPlace();
  for (const lang of ["en", "zh"]) {
    const helps = await Promise.all(
      [...COMMANDS, "tasks discard", "tasks fail", "tasks move"].map((command) =>
        place.run(["--lang", lang, ...command.split(" "), "--help"])
      ),
    );
    for (const [index, { code, stdout, stderr }] of helps.entries()) {
      const name = `${COMMANDS[index]} in ${lang}`;
      assert.equal(code, 0, name);
      assert.equal(stderr, "", name);
      assert.match(stdout, lang === "en" ? /\nExamples:\n/ : /\n示例：\n/, name);
      if (lang === "en") assert.doesNotMatch(stdout, CHINESE, name);
      else assert.match(stdout.split("\n")[2], CHINESE, name);
    }
  }
});

/** Options that keep the library from helping, put before and behind the flag. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  run: ["--config", "run", "--capacity", "4", "--interactive"],
  status: ["--json", "--log-level", "debug"],
  stop: ["--drain", "--cancel-tasks", "--timeout"],
  tasks: ["--data-dir", "discard"],
  "tasks discard": ["--data-dir", "x", "some-task"],
  "new-image": ["folder", "--model", "x"],
  "completions bash": ["--config=x"],
};

Deno.test("help is shown whatever else the command line holds, in the language of --lang", async () => {
  await using place = await createPlace();
  const check = async (command: string, words: readonly string[]) => {
    const plain = await place.run(["--lang", "zh", ...command.split(" "), "--help"]);
    const { code, stdout, stderr } = await place.run(words);
    assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
    assert.equal(stdout, plain.stdout, words.join(" "));
    assert.match(stdout, new RegExp(`^用法：agent-core \\[OPTIONS\\] ${command}`));
    assert.equal(stderr, "");
  };
  for (const [command, beside] of Object.entries(BESIDE)) {
    const path = command.split(" ");
    await Promise.all([
      check(command, ["--lang", "zh", ...path, ...beside, "--help"]),
      check(command, ["--config", "run", "--help", "--lang=zh", ...path, ...beside]),
      check(command, [...path, "--help", ...beside, "--lang", "zh"]),
      check(command, [...path, "--no-such-option", "--lang", "zh", "--help"]),
    ]);
  }
});

Deno.test("help beside an option of the program itself is the program's", async () => {
  await using place = await createPlace();
  const { stdout } = await place.run(["--help"]);
  for (const args of [["--lang", "en", "--help"], ["--help", "--lang", "en"], ["-h", "-c", "x"]]) {
    const { code, stdout: shown, stderr } = await place.run(args);
    assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    assert.equal(shown, stdout);
  }
});

Deno.test("help of a command that is none says so", async () => {
  await using place = await createPlace();
  for (
    const args of [["runn", "--help"], ["--lang", "en", "--help", "runn"], ["tasks", "runn", "-h"]]
  ) {
    const { code, stdout, stderr } = await place.run(args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, /There is no command runn\./);
  }
});

Deno.test("the version", async () => {
  await using place = await createPlace();
  const cases = ["--version", "-V", "--lang en --version", "--version --lang en", "run -c x -V"];
  for (const args of cases.map((words) => words.split(" "))) {
    const { code, stdout } = await place.run(args);
    assert.equal(code, 0);
    assert.match(stdout, /^agent-core \d+\.\d+\.\d+\n$/);
  }
});

Deno.test("wrong use is said on stderr, in the language in use, with exit code 2", async () => {
  await using place = await createPlace();
  const cases: [string[], RegExp, RegExp][] = [
    [["runn"], /There is no command runn\. Did you mean run\?/, /没有命令 runn/],
    [["stop", "--drian"], /no option --drian.*agent-core stop --help/s, /没有选项 --drian/],
    [["stop", "--drain", "--cancel-tasks"], /cannot be used together/, /不能与/],
    [["stop", "--timeout", "5m"], /only be used with --drain/, /要与 --drain/],
    [["stop", "--drain", "--timeout", "soon"], /soon is not a length of time/, /soon 不是时间/],
    [["register", "--token"], /--token needs a value/, /--token 缺少值/],
    [["register", "--discard"], /only be used with --force/, /要与 --force 一起/],
    [["dev-server", "--port", "x"], /--port must be a number, not x/, /--port 应为数字/],
    [["dev-server", "--port", "70000"], /70000 is not a port/, /70000 不是端口号/],
    [["dev-server", "--fault", "503:many"], /"503:many" is no fault/, /“503:many”不是故障/],
    [["--log-level", "loud", "status"], /--log-level cannot be loud/, /--log-level 的值 loud/],
    [["init", "now"], /takes no arguments/, /不带参数/],
    [["tasks", "discard"], /argument task is missing/, /缺少参数 task/],
    [["run", "--interactive"], /needs a terminal/, /需要在终端中/],
    [["install-service", "--name", "a b"], /a b cannot be the name/, /服务名称 a b/],
  ];
  const check = async (args: string[], words: RegExp, lang: string) => {
    const { code, stdout, stderr } = await place.run(["--lang", lang, ...args]);
    assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
    assert.equal(stdout, "");
    assert.match(stderr, words);
    assert.doesNotMatch(stderr, ANSI);
  };
  for (const [args, en, zh] of cases) {
    await Promise.all([check(args, en, "en"), check(args, zh, "zh")]);
  }
});

Deno.test("a language that is none is said, too", async () => {
  await using place = await createPlace();
  const { code, stderr } = await place.run(["--lang", "fr", "status"]);
  assert.equal(code, 2);
  assert.match(stderr, /--lang cannot be fr; use one of: zh, en/);
});

Deno.test("without a configuration the commands that need one end with code 2", async () => {
  await using place = await createPlace();
  for (const command of ["run", "run-detached", "status", "stop", "tasks", "logs", "register"]) {
    const { code, stderr } = await place.run([command]);
    assert.equal(code, 2, command);
    assert.match(stderr, /config\.toml/, command);
  }
});

Deno.test("help in a terminal obeys NO_COLOR and is readable without colours", async () => {
  await using place = await createPlace();
  const { code, output } = await place.type(["--lang", "zh", "stop", "--help"], [], {
    NO_COLOR: "1",
  });
  assert.equal(code, 0);
  assert.match(output, /用法：agent-core \[OPTIONS\] stop/);
  assert.doesNotMatch(output, ANSI);
});
