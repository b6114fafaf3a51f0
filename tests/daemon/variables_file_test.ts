import assert from "node:assert/strict";
import { join } from "@std/path";
import { readVariables } from "../../src/daemon/mod.ts";
import { variablesText } from "../../src/daemon/variables_file.ts";
import { tempFolder, unix } from "./helpers.ts";

const nasty = {
  HTTPS_PROXY: "http://lab:p\"w\\$HOME`id`%41#;'x@proxy:3128/",
  NO_PROXY: " .local, 任务 ",
  SSL_CERT_FILE: "/a b/ca.pem\\",
  EMPTY: "",
};

Deno.test("variables: what is written is read back, by a shell too", unix, async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "service.env");
  await Deno.writeTextFile(path, variablesText(nasty));
  assert.deepEqual(await readVariables(path), nasty);
  const names = Object.keys(nasty);
  const script = `set -a; . "$1"; ${names.map((name) => `printf '%s\\0' "$${name}";`).join(" ")}`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script, "sh", path] }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).split("\0"), [...Object.values(nasty), ""]);
});

Deno.test("variables: what a person writes is read as it is meant", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "mine.env");
  const text = '# the lab\'s\n\nA = one two \r\nB=\'$x "y"\'\nC="z"\nD=\n';
  await Deno.writeTextFile(path, text);
  assert.deepEqual(await readVariables(path), { A: "one two", B: '$x "y"', C: "z", D: "" });
});

Deno.test("variables: what cannot be meant is refused, and no value is told", async () => {
  const bad = () => variablesText({ HTTPS_PROXY: "http://u:hush@p\nX=1" });
  assert.throws(bad, (error: Error) => {
    assert.match(error.message, /HTTPS_PROXY/);
    assert.doesNotMatch(error.message, /hush/);
    return true;
  });
  await using folder = await tempFolder();
  const path = join(folder.path, "bad.env");
  for (const line of ["http://u:hush@p", '1X="hush"', 'A="hush', 'A="hush" b']) {
    await Deno.writeTextFile(path, `OK=1\n${line}\n`);
    await assert.rejects(readVariables(path), (error: Error) => {
      assert.match(error.message, /Line 2 of .*bad\.env/);
      assert.doesNotMatch(error.message, /hush/);
      return true;
    });
  }
  await assert.rejects(readVariables(join(folder.path, "none")), { message: /Cannot read .*none/ });
});
