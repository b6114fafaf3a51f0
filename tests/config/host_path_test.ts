import assert from "node:assert/strict";
import { type HostPath, type PathContext, resolveHostPath } from "../../src/config/host_path.ts";

const LINUX: PathContext = { os: "linux", wsl: false, home: "/home/me" };
const WSL: PathContext = { ...LINUX, wsl: true };
const MAC: PathContext = { os: "darwin", wsl: false, home: "/Users/me" };
const WINDOWS: PathContext = { os: "windows", wsl: false, home: "C:\\Users\\me" };

/** A path, and what it becomes below /base or C:\base; a pattern: what was expected instead. */
const PATHS: readonly [context: PathContext, text: string, expected: string | RegExp][] = [
  [LINUX, "/srv//data/", "/srv/data"],
  [LINUX, "./data", "/base/data"],
  [LINUX, "../data", "/data"],
  [LINUX, "~", "/home/me"],
  [LINUX, "~/a b", "/home/me/a b"],
  [LINUX, "~bob/a", "/base/~bob/a"],
  [LINUX, "数据", "/base/数据"],
  [LINUX, "a:b", "/base/a:b"],
  [LINUX, "C:\\data", /one of Windows/],
  [LINUX, "c:/data", /one of Windows/],
  [LINUX, "\\\\server\\share", /one of Windows/],
  [LINUX, "a\0b", /control characters/],
  [LINUX, " ", /a path on this machine/],
  [{ ...LINUX, home: undefined }, "~/x", /Set HOME/],
  [{ ...LINUX, home: "" }, "~/x", /Set HOME/],
  [MAC, "~/x", "/Users/me/x"],
  [MAC, "C:/x", /one of Windows/],
  [WSL, "C:\\Users\\me\\data", /"\/mnt\/c\/Users\/me\/data"/],
  [WSL, "d:/x", /"\/mnt\/d\/x"/],
  [WSL, "D:\\", /"\/mnt\/d\/"/],
  [WSL, "/mnt/c/x", "/mnt/c/x"],
  [WINDOWS, "c:/Data/x", "C:\\Data\\x"],
  [WINDOWS, "C:\\Data\\x\\", "C:\\Data\\x"],
  [WINDOWS, "./data", "C:\\base\\data"],
  [WINDOWS, "..\\data", "C:\\data"],
  [WINDOWS, "~/data", "C:\\Users\\me\\data"],
  [WINDOWS, "~\\data", "C:\\Users\\me\\data"],
  [WINDOWS, "\\\\server\\share\\x", "\\\\server\\share\\x"],
  [WINDOWS, "D:data", /"D:\\data"/],
];

for (const [context, text, expected] of PATHS) {
  const system = context.wsl ? "wsl" : context.os;
  Deno.test(`resolveHostPath() of ${JSON.stringify(text)} on ${system}`, () => {
    const base = context.os === "windows" ? "c:\\base" : "/base";
    const result: HostPath = resolveHostPath(text, base, context);
    if (typeof expected === "string") assert.deepEqual(result, { path: expected });
    else assert.match("expected" in result ? result.expected.en : result.path, expected);
  });
}
