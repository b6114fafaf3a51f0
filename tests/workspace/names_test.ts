import assert from "node:assert/strict";
import { inputName } from "../../src/workspace/input_name.ts";
import {
  createNameClaims,
  MAX_SENT_NAME,
  sendablePath,
  sendableSegment,
} from "../../src/workspace/sendable_name.ts";
import { printableName, shortenBytes, splitExtension } from "../../src/workspace/shorten.ts";

const bytes = (words: string) => new TextEncoder().encode(words).length;

Deno.test("inputName numbers names and makes them harmless", () => {
  assert.equal(inputName("report.pdf", 1, 3), "01-report.pdf");
  assert.equal(inputName('报告 "终稿".pdf', 2, 3, "linux"), '02-报告 "终稿".pdf');
  assert.equal(inputName("a", 7, 100), "007-a");
  assert.equal(inputName("../../etc/passwd", 1, 1), "01-.._.._etc_passwd");
  assert.equal(inputName("..\\x", 1, 1), "01-.._x");
  for (const empty of ["", " ", "...", ". .", "\0"]) {
    assert.match(inputName(empty, 1, 1), /^01-(file|_)$/, JSON.stringify(empty));
  }
  assert.equal(inputName("a\0b\nc\x7f\u202ed", 1, 1), "01-a_b_c__d");
  assert.equal(inputName("name. . ", 1, 1), "01-name");
  assert.equal(inputName('a:b?"<>|*', 1, 1, "windows"), "01-a_b______");
  assert.equal(inputName("\ud800x", 1, 1), "01-\ufffdx");
});

Deno.test("inputName shortens on a character's border and keeps the extension", () => {
  const name = inputName(`${"数".repeat(200)}.tar.gz`, 1, 1);
  assert.ok(bytes(name) <= 255 && bytes(name) > 250, String(bytes(name)));
  assert.match(name, /^01-数+\.tar\.gz$/);
  assert.equal(bytes(inputName("x".repeat(255), 1, 1)), 255);
  assert.ok(bytes(inputName("x".repeat(1_000_000) + ".pdf", 1, 1)) <= 255);
  assert.match(inputName("x".repeat(1_000_000) + ".pdf", 1, 1), /\.pdf$/);
  assert.ok(bytes(inputName(`a.${"😀".repeat(100)}`, 1, 1)) <= 255);
});

Deno.test("shortenBytes never cuts a character", () => {
  assert.equal(shortenBytes("aé", 2), "a");
  assert.equal(shortenBytes("aé", 3), "aé");
  assert.equal(shortenBytes("e\u0301x", 2), "");
  assert.equal(shortenBytes("abc", 2), "ab");
  assert.deepEqual(splitExtension("a.tar.gz"), { stem: "a", extension: ".tar.gz" });
  assert.deepEqual(splitExtension(".bashrc"), { stem: ".bashrc", extension: "" });
  assert.deepEqual(splitExtension("a."), { stem: "a.", extension: "" });
  assert.deepEqual(splitExtension("a. b"), { stem: "a. b", extension: "" });
});

Deno.test("sendableSegment changes only what the Server refuses, told apart from its neighbours", () => {
  for (const good of ["a.csv", "a\\b", "tab\there", '"q"', "中文 x", "\ufffd", "%22"]) {
    assert.equal(sendableSegment(good), good);
  }
  assert.match(sendableSegment("a\nb.txt"), /^a_b~[0-9a-f]{8}\.txt$/);
  assert.match(sendableSegment("a\\"), /^a_~[0-9a-f]{8}$/);
  assert.match(sendableSegment("\x7f"), /^_~[0-9a-f]{8}$/);
  assert.notEqual(sendableSegment("a\nb"), sendableSegment("a\rb"));
  const first = sendableSegment("a\nb");
  assert.notEqual(sendableSegment("a\nb", (name) => name === first), first);
});

Deno.test("sendablePath bounds a path and keeps different ones different", () => {
  assert.equal(sendablePath("output/a.csv"), "output/a.csv");
  const long = (tail: string) => `output/${"d/".repeat(2000)}${tail}.csv`;
  const name = sendablePath(long("a"));
  assert.ok(bytes(name) <= MAX_SENT_NAME);
  assert.match(name, /^output\/d\/.*\/~[0-9a-f]{32}\/a\.csv$/);
  assert.notEqual(name, sendablePath(`output/e/${"d/".repeat(2000)}a.csv`));
  assert.ok(
    bytes(sendablePath(`${"数".repeat(80)}/`.repeat(9) + "字".repeat(85))) <= MAX_SENT_NAME,
  );
});

Deno.test("createNameClaims gives each name once", () => {
  const claim = createNameClaims();
  assert.equal(claim("a/b.txt"), "a/b.txt");
  assert.equal(claim("a/b.txt"), "a/b~2.txt");
  assert.equal(claim("a/b.txt"), "a/b~3.txt");
  assert.equal(claim("a/b~2.txt"), "a/b~2~2.txt");
});

Deno.test("printableName shows control characters and stays short", () => {
  assert.equal(printableName("a\nb\u202e"), "a\\u000ab\\u202e");
  assert.ok(printableName("x".repeat(70_000)).length <= 200);
  assert.ok(printableName("\n".repeat(70_000)).length <= 600 * 2);
});
