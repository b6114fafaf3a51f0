import assert from "node:assert/strict";

import { harmless } from "../../src/cli/terminal/harmless.ts";
import { chooseLanguage } from "../../src/cli/language.ts";
import { parseTime } from "../../src/cli/commands/stop.ts";
import { table } from "../../src/cli/terminal/table.ts";
import { wrongUse } from "../../src/cli/wrong_use.ts";

Deno.test("what a container prints cannot steer a terminal", () => {
  assert.equal(harmless("a\x1b[2Jb\x1b[1;1Hc"), "abc");
  assert.equal(harmless("\x1b]0;title\x07x\x1b]52;c;aGk=\x1b\\y"), "xy");
  assert.equal(harmless("\x1bP1$r\x1b\\z"), "z");
  assert.equal(harmless("bell\x07 \x1bc \x9b2J"), "bell\\x07 \\x1bc \\x9b2J");
  assert.equal(harmless("10%\r20%\r\nend"), "10%\n20%\nend");
  assert.equal(harmless("abc\u202etxt.exe"), "abc\\u202etxt.exe");
  assert.equal(harmless("一\t二\n"), "一\t二\n");
});

Deno.test("colours stay only if asked for, and end with their line", () => {
  assert.equal(harmless("\x1b[31mred"), "red");
  assert.equal(harmless("\x1b[31mred\nplain", { colors: true }), "\x1b[31mred\x1b[0m\nplain");
  assert.equal(harmless("\x1b[1mA\x1b[0m", { colors: true }), "\x1b[1mA\x1b[0m");
});

Deno.test("columns are aligned by what a terminal shows", () => {
  assert.deepEqual(table([["任务", "状态", "x"], ["t1", "运行中", ""]]), [
    "任务  状态    x",
    "t1    运行中",
  ]);
});

Deno.test("lengths of time", () => {
  assert.equal(parseTime("90"), 90_000);
  assert.equal(parseTime("90s"), 90_000);
  assert.equal(parseTime("30m"), 1_800_000);
  assert.equal(parseTime("1.5h"), 5_400_000);
  for (const bad of ["", "h", "-1", "1d", "1 2", "1e9", "∞"]) {
    assert.equal(parseTime(bad), undefined, bad);
  }
});

Deno.test("the language is chosen by the flag, the variable, then the locale", () => {
  const cases: [string[], Record<string, string>, "zh" | "en"][] = [
    [[], {}, "zh"],
    [[], { LANG: "C" }, "en"],
    [[], { LANG: "C.UTF-8" }, "en"],
    [[], { LANG: "POSIX" }, "en"],
    [[], { LC_ALL: "C", LANG: "zh_CN.UTF-8" }, "en"],
    [[], { LANG: "zh_CN.UTF-8" }, "zh"],
    [[], { LANG: "zh-TW" }, "zh"],
    [[], { LANG: "en_US.UTF-8" }, "en"],
    [[], { LANG: "de_DE@euro" }, "en"],
    [[], { LC_ALL: "zh_CN", LANG: "en_US" }, "zh"],
    [[], { LC_MESSAGES: "en_GB", LANG: "zh_CN" }, "en"],
    [[], { LC_ALL: "", LANG: "en_US" }, "en"],
    [[], { AGENT_CORE_LANG: "zh", LANG: "en_US" }, "zh"],
    [["--lang", "en"], { AGENT_CORE_LANG: "zh" }, "en"],
    [["run", "--lang=zh"], { AGENT_CORE_LANG: "en" }, "zh"],
    [["--", "--lang", "en"], {}, "zh"],
  ];
  for (const [args, env, expected] of cases) {
    assert.equal(chooseLanguage(args, env), expected, JSON.stringify([args, env]));
  }
});

Deno.test("what the library says of a command line is said in both languages", () => {
  const said = (message: string) => {
    const { zh, en } = wrongUse(message);
    assert.notEqual(zh, en, message);
    return en;
  };
  assert.equal(
    said('Unknown option "--drian". Did you mean option "--drain"?'),
    "There is no option --drian. Did you mean --drain?",
  );
  assert.equal(
    said('Unknown command "xyzzy". Did you mean command "run"?'),
    "There is no command xyzzy.",
  );
  assert.equal(
    said('Option "--port" must be of type "integer", but got "x".'),
    "--port must be a number, not x.",
  );
  for (
    const message of [
      'Option "--lang" can only occur once, but was found several times.',
      'Option "--force" doesn\'t take a value, but got "x".',
      'Missing value for option "--token".',
      'Option "--help" cannot be combined with other options.',
      'Missing required option "--x".',
      'Option "--drain" conflicts with option "--cancel-tasks".',
      'Option "--discard" depends on option "--force".',
      "Missing argument(s): task",
      "Missing argument: task",
      "Too many arguments: a b",
      'No arguments allowed for command "agent-core init".',
    ]
  ) {
    said(message);
  }
  assert.equal(wrongUse("Something new.").zh, "Something new.");
});
