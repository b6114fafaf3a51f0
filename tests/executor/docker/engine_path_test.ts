import assert from "node:assert/strict";
import { engineSpellings } from "../../../src/executor/docker/engine_path.ts";

Deno.test("Windows' paths, as engines in virtual machines know them", () => {
  assert.deepEqual(engineSpellings("C:\\Users\\我\\data", "linux"), [
    "/c/Users/我/data",
    "C:\\Users\\我\\data",
    "/mnt/c/Users/我/data",
    "/run/desktop/mnt/host/c/Users/我/data",
  ]);
  assert.equal(engineSpellings("d:/x/y", "linux")[0], "/d/x/y");
  assert.equal(engineSpellings("D:\\", "linux")[0], "/d/");
  assert.deepEqual(engineSpellings("C:\\data", "windows"), ["C:\\data"]);
  assert.deepEqual(engineSpellings("/srv/a:b", "linux"), ["/srv/a:b"]);
});
