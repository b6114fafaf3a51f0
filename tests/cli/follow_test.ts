import assert from "node:assert/strict";
import { join } from "@std/path";
import { openRotatingLog } from "../../src/daemon/mod.ts";
import { createPlace } from "./support/place.ts";
import { program } from "./support/program.ts";

Deno.test("logs -f shows every line of the agent's log once, also over rotations", async () => {
  await using place = await createPlace();
  await Deno.mkdir(place.dataDir);
  using log = openRotatingLog(join(place.dataDir, "agent.log"), { maxBytes: 20_000 });
  log.write("line 0\n");
  const [command, ...first] = program();
  const child = new Deno.Command(command, {
    args: [...first, "logs", "--follow", "--data-dir", place.dataDir],
    cwd: place.folder,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const last = 5_000;
  let shown = "";
  let next = 1;
  for await (const words of child.stdout.pipeThrough(new TextDecoderStream())) {
    shown += words;
    if (shown.endsWith(`line ${last}\n`)) break;
    // It has seen everything so far: so it follows, and less than a file comes before its next look.
    if (!shown.endsWith(`line ${next - 1}\n`)) continue;
    for (const end = Math.min(next + 1_000, last + 1); next < end; next++) {
      log.write(`line ${next}\n`);
    }
  }
  // Nobody reads it any more: so it ends.
  log.write("one more\n");
  assert.equal((await child.status).code, 0);
  assert.deepEqual(shown.split("\n"), [
    ...Array.from({ length: last + 1 }, (_, n) => `line ${n}`),
    "",
  ]);
  assert.ok((await Deno.readTextFile(join(place.dataDir, "agent.log.1"))).includes("line "));
});
