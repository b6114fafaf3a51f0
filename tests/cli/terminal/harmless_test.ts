import assert from "node:assert/strict";

import { harmless } from "../../../src/cli/terminal/harmless.ts";

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
