import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";

const WATCHED = fromFileUrl(new URL("./fixtures/watched.ts", import.meta.url));

/** Starts the program with no more permissions than the compiled one has. */
function watched(what: string): Deno.ChildProcess {
  const may = ["--allow-run=/proc/self/exe,/usr/bin/kill", "--deny-import", "--no-prompt"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--no-config", ...may, WATCHED, what],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

for (const what of ["block", "microtasks"]) {
  Deno.test(`a process whose loop makes no turn (${what}) says so and ends by SIGKILL`, async () => {
    const { signal, stderr } = await watched(what).output();
    assert.equal(signal, "SIGKILL");
    const said = new TextDecoder().decode(stderr);
    assert.match(said, /^20\d\d-[\d-]+T[\d:.]+Z stuck\n$/);
  });
}

Deno.test("a process that waits for a stderr that nobody reads ends, too", async () => {
  const child = watched("stderr");
  assert.equal((await child.status).signal, "SIGKILL");
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
});

Deno.test("a process that is busy but comes round, or is stopped for a while, goes on", async () => {
  const child = watched("work");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  child.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  child.kill("SIGCONT");
  const { code, stdout, stderr } = await child.output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(new TextDecoder().decode(stdout), "done\n");
  assert.equal(code, 0);
});
