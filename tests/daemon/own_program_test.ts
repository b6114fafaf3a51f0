import assert from "node:assert/strict";
import { ownProgram } from "../../src/daemon/mod.ts";

const source = {
  execPath: "/opt/deno",
  standalone: false,
  mainModule: "file:///src/main.ts",
  cwd: "/home/me",
};

Deno.test("own program: compiled it is the binary, whatever else is set", async () => {
  const program = await ownProgram({ ...source, standalone: true, denoArgs: '["run"]' });
  assert.deepEqual(program, { command: "/opt/deno", args: [] });
});

Deno.test("own program: from source with the flags that it was started with", async () => {
  const flags = async (line: string[], args: string[] = []) =>
    (await ownProgram({ ...source, args, denoArgs: "", commandLine: ["deno", ...line, ...args] }))
      .args;
  assert.deepEqual(
    await flags(["run", "-A", "--import-map", "offline/map.json", "../../src/main.ts"], ["run"]),
    ["run", "-A", "--import-map", "/home/me/offline/map.json", "/src/main.ts"],
  );
  assert.deepEqual(
    await flags(["run", "--watch", "--inspect=0", "--config=c.json", "file:///src/main.ts"]),
    ["run", "--config=/home/me/c.json", "/src/main.ts"],
  );
  assert.deepEqual(
    await flags(["run", "--import-map=https://x.y/map.json", "/src/main.ts"], ["a", "b"]),
    ["run", "--import-map=https://x.y/map.json", "/src/main.ts"],
  );
});

Deno.test("own program: where the command line says nothing, plain flags", async () => {
  const plain = ["run", "--quiet", "--allow-all", "/src/main.ts"];
  for (const commandLine of [[], ["deno"], ["deno", "test", "-A", "tests/"]]) {
    const { args } = await ownProgram({ ...source, args: [], denoArgs: "", commandLine });
    assert.deepEqual(args, plain);
  }
});

Deno.test("own program: the variable decides, and nonsense in it is named", async () => {
  const denoArgs = '["run", "--allow-net", "--import-map", "/m.json"]';
  const { args } = await ownProgram({ ...source, denoArgs });
  assert.deepEqual(args, ["run", "--allow-net", "--import-map", "/m.json", "/src/main.ts"]);
  for (const bad of ["run -A", "{}", "[1]"]) {
    await assert.rejects(ownProgram({ ...source, denoArgs: bad }), /AGENT_CORE_DENO_ARGS/);
  }
});
