import assert from "node:assert/strict";
import { join } from "@std/path";

import { compileProgram } from "../support/compiled.ts";
import { TEST_IMAGE, TEST_LABELS, testEngine } from "../support/engine.ts";

const SOCKET = "/var/run/docker.sock";
/** Anybody but root; it need not be in /etc/passwd. */
const USER = 54_321;

Deno.test("clean, by an ordinary user, removes what a container's root has left in a folder of root's", async () => {
  await using engine = await testEngine();
  const home = await Deno.realPath(await Deno.makeTempDir({ prefix: "agent-core-" }));
  const [data, binary] = [join(home, "data"), join(home, "agent-core")];
  const workspace = join(data, "workspaces/nobody");
  try {
    await compileProgram({ output: binary });
    await Deno.mkdir(workspace, { recursive: true });
    await Deno.writeTextFile(join(data, "agent.id"), `${crypto.randomUUID()}\n`);
    await Deno.writeTextFile(
      join(home, "config.toml"),
      `[executor]\nimage = "${TEST_IMAGE}"\n[paths]\ndata_dir = "./data"\n`,
      { mode: 0o600 },
    );
    for (const path of ["", "data", "data/agent.id", "data/workspaces", "config.toml"]) {
      await Deno.chown(join(home, path), USER, USER);
    }
    await Deno.chown(workspace, USER, USER);
    const id = await engine.createContainer(`agent-core-test-${crypto.randomUUID()}`, {
      Image: TEST_IMAGE,
      Labels: TEST_LABELS,
      Cmd: ["sh", "-c", "umask 077; mkdir /w/deep; echo x > /w/deep/file"],
      HostConfig: { Mounts: [{ Type: "bind", Source: workspace, Target: "/w" }] },
    });
    await engine.startContainer(id);
    await engine.waitContainer(id);
    await engine.removeContainer(id, { force: true });
    assert.equal((await Deno.stat(join(workspace, "deep/file"))).uid, 0);

    const { gid } = await Deno.stat(SOCKET);
    const { code, stdout, stderr } = await new Deno.Command("setpriv", {
      args: [
        ...[`--reuid=${USER}`, `--regid=${USER}`, `--groups=${gid}`, "--no-new-privs"],
        ...[binary, "clean", "--yes"],
      ],
      cwd: home,
      clearEnv: true,
      env: { HOME: home, PATH: "/usr/bin:/bin", LANG: "en_US.UTF-8" },
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /Removed: 1 files/);
    await assert.rejects(Deno.lstat(workspace), Deno.errors.NotFound);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
