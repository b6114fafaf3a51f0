import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";

import { compileProgram } from "../support/compiled.ts";

const PROBE = fromFileUrl(new URL("fixtures/may.ts", import.meta.url));

Deno.test("permissions: what the compiled program may do on Linux, and what not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const output = join(folder, "may");
    await compileProgram({ output, file: PROBE });
    const { stdout, stderr } = await new Deno.Command(output, {
      cwd: folder,
      clearEnv: true,
      env: { HOME: folder, PATH: "/usr/bin:/bin" },
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.match(said, /^\{/, new TextDecoder().decode(stderr));
    assert.deepEqual(JSON.parse(said), {
      "read any file": true,
      "write any file": true,
      "connect anywhere": true,
      "read all of the environment": true,
      "sys osRelease": true,
      "sys osUptime": true,
      "sys uid": true,
      "sys statfs": true,
      "sys hostname": false,
      "sys loadavg": false,
      "sys networkInterfaces": false,
      "sys systemMemoryInfo": false,
      "sys gid": false,
      "ffi": false,
      "import over the network": false,
      "read /proc/self/mem": false,
      "read /proc/1/environ": false,
      "read /dev/mem": false,
      "write /sys": false,
      "start sh": false,
      "start docker": false,
      "start itself by its path": false,
      "start itself": true,
      "start systemctl": true,
      "start id": true,
      "start kill": true,
      "start ps": true,
      "send a signal by itself": false,
      "start a credential helper": true,
      "start another credential helper": false,
      "start a helper elsewhere": false,
      "start itself, once that is given up": false,
      "start systemctl, once that is given up": false,
      "start kill, once that is given up": false,
      "start a helper, once the rest is given up": true,
      "get that back": false,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("permissions: without PATH, and with a library to load, it starts all the same", async () => {
  const folder = await Deno.makeTempDir({ prefix: "agent-core-" });
  try {
    const output = join(folder, "agent-core");
    await compileProgram({ output });
    const temp = join(folder, "temp");
    await Deno.mkdir(temp);
    const environments: Record<string, string>[] = [
      { TMPDIR: temp },
      { TMPDIR: temp, LD_LIBRARY_PATH: "/none", HOME: folder },
    ];
    for (const env of environments) {
      const { code, stdout, stderr } = await new Deno.Command(output, {
        args: ["--version"],
        clearEnv: true,
        env,
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stdout), /^agent-core \d/);
    }
    // Code that was kept there could be anybody's.
    assert.deepEqual([...Deno.readDirSync(temp)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
