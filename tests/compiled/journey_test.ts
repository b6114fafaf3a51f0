import assert from "node:assert/strict";
import { join } from "@std/path";

import { expectCode, printedJson, settle, stopIt, useIt } from "../support/journey.ts";
import { PATH, type Person, person } from "./person.ts";

async function nothingRuns({ folder }: Person): Promise<void> {
  for (const name of ["agent.pid", "agent.sock"]) {
    await assert.rejects(Deno.stat(join(folder, "data", name)), Deno.errors.NotFound);
  }
}

Deno.test("compiled: there is no Deno where its tests look for programs", async () => {
  for (const folder of PATH.split(":")) {
    await assert.rejects(Deno.stat(join(folder, "deno")), Deno.errors.NotFound);
  }
});

for (const who of ["root", "user"] as const) {
  const name = who === "root" ? "root" : "an ordinary user in the docker group";

  Deno.test(`compiled, as ${name}: demo from an empty folder, which stays empty`, async () => {
    await using someone = await person(who);
    assert.match(await expectCode(someone, 0, "demo"), /^Result: completed$/m);
    assert.deepEqual([...Deno.readDirSync(someone.folder)], []);
  });

  Deno.test(`compiled, as ${name}: from init to stop`, async () => {
    await using someone = await person(who);
    {
      await using settled = await settle(someone);
      await useIt(someone, settled);
      await stopIt(someone);
      await nothingRuns(someone);
    }
    const unit = await expectCode(someone, 0, "install-service", "--print");
    assert.match(unit, new RegExp(`ExecStart="?${someone.binary}"?`));
  });

  Deno.test(`compiled, as ${name}: an agent that hangs is killed`, async () => {
    await using someone = await person(who);
    await using _settled = await settle(someone);
    const { agent: { pid } } = await printedJson(someone, 0, "status", "--json");
    // It is stopped in the middle, answers nothing, and minds no SIGTERM.
    Deno.kill(pid, "SIGSTOP");
    assert.match(await expectCode(someone, 0, "stop"), /killed|by force/i);
    await nothingRuns(someone);
  });

  Deno.test(`compiled, as ${name}: in the foreground, SIGTERM ends it in peace`, async () => {
    await using someone = await person(who);
    await using _settled = await settle(someone);
    await expectCode(someone, 0, "stop");
    const [command, ...args] = [...someone.as, someone.binary, "--lang", "en", "run"];
    const child = new Deno.Command(command, {
      args,
      cwd: someone.folder,
      clearEnv: true,
      env: { HOME: someone.folder, PATH },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let said = "";
    for await (const words of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += words;
      if (/is up/.test(words)) child.kill("SIGTERM");
    }
    assert.equal((await child.status).code, 143, said);
    await nothingRuns(someone);
  });
}
