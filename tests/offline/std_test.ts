// What the program relies on of @std/*: true of the real packages and of the stand-ins alike.
import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { unicodeWidth } from "@std/cli";
import { ensureDir, exists } from "@std/fs";
import * as path from "@std/path";
import * as posix from "@std/path/posix";
import * as windows from "@std/path/windows";
import { parse } from "@std/toml";

Deno.test("std/toml: values of every kind", () => {
  const text = `
a = 1
b = "x\\u00e9"
c = [1, 2.5]
d = true
[e.f]
g = 'lit\\eral'
[[h]]
i = { j = 1 }
[[h]]
`;
  deepEqual(JSON.parse(JSON.stringify(parse(text))), {
    a: 1,
    b: "x\u00e9",
    c: [1, 2.5],
    d: true,
    e: { f: { g: "lit\\eral" } },
    h: [{ i: { j: 1 } }, {}],
  });
});

Deno.test("std/toml: dates are Dates, integers beyond 2^53 numbers", () => {
  const { day, big } = parse("day = 2024-05-06T07:08:09Z\nbig = 9007199254740993\n");
  ok(day instanceof Date);
  equal(day.getTime(), Date.UTC(2024, 4, 6, 7, 8, 9));
  equal(typeof big, "number");
});

Deno.test("std/toml: broken TOML is a SyntaxError that says where", () => {
  for (const text of ["a = ", "[x\n", "a = 1\n = 2", 'a = "open', "\uFEFFa = 1"]) {
    throws(() => parse(text), (error) => {
      ok(error instanceof SyntaxError, `${JSON.stringify(text)}: ${error}`);
      ok(/^Parse error on line [1-9]\d*, column \d+: ./.test(error.message), error.message);
      return true;
    });
  }
  throws(() => parse("a = 1\nb = 2\nc = ?\n"), /on line 3,/);
});

Deno.test("std/cli: widths", () => {
  equal(unicodeWidth("agent"), 5);
  equal(unicodeWidth("你好"), 4);
  equal(unicodeWidth("e\u0301"), 1);
  equal(unicodeWidth(""), 0);
  equal(unicodeWidth("配置文件:"), 9);
});

Deno.test("std/fs: ensureDir and exists", async () => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    await ensureDir(`${folder}/a/b`);
    await ensureDir(`${folder}/a/b`);
    ok(await exists(`${folder}/a/b`));
    equal(await exists(`${folder}/none`), false);
    await Deno.writeTextFile(`${folder}/file`, "x");
    ok(await exists(`${folder}/file`));
    await rejects(ensureDir(`${folder}/file`), /expected 'dir', got 'file'/);
    if (Deno.build.os !== "windows") {
      await rejects(exists(`${folder}/file/below`), Deno.errors.NotADirectory);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("std/path: names of this system", () => {
  const slash = Deno.build.os === "windows" ? "\\" : "/";
  equal(path.SEPARATOR, slash);
  equal(path.join("a", "..", "b", "c"), `b${slash}c`);
  ok(path.isAbsolute(path.resolve("a")));
});

Deno.test("std/path: POSIX paths on any system", () => {
  equal(posix.join("/a", "../b", "./c"), "/b/c");
  equal(posix.basename("/a/b.txt"), "b.txt");
  equal(posix.basename("/a/b.txt", ".txt"), "b");
  equal(posix.basename("a.txt", "a.txt"), "a.txt");
  equal(posix.dirname("/a/b/"), "/a");
  equal(posix.relative("/a/b", "/a/c/d"), "../c/d");
  equal(posix.normalize("/a//b/../c/"), "/a/c/");
  equal(posix.isAbsolute("C:/a"), false);
  equal(posix.fromFileUrl("file:///a%20b"), "/a b");
  throws(() => posix.fromFileUrl("http://a/b"), TypeError);
});

Deno.test("std/path: Windows' paths on any system", () => {
  equal(windows.SEPARATOR, "\\");
  equal(windows.join("C:\\a", "..", "b"), "C:\\b");
  ok(windows.isAbsolute("C:/a"));
  equal(windows.isAbsolute("a\\b"), false);
  equal(windows.basename("C:\\a\\b.txt", ".txt"), "b");
  equal(windows.dirname("C:/a/b"), "C:/a");
  equal(windows.resolve("C:\\a", "..\\b"), "C:\\b");
  equal(windows.relative("C:\\a\\b", "C:\\a\\c"), "..\\c");
  equal(windows.normalize("C:/a//b"), "C:\\a\\b");
  equal(windows.fromFileUrl("file:///C:/a%20b"), "C:\\a b");
  equal(windows.fromFileUrl("file:///home/x"), "\\home\\x");
});
