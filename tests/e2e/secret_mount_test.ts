import assert from "node:assert/strict";
import { join } from "@std/path";

import { createWorld } from "./world.ts";

const KEY = 'sk-"live"/0123456789';

/** A mount with the key, marked as secret or not. */
function mountOf(isSecret: boolean) {
  return async (folder: string): Promise<string> => {
    const secrets = join(folder, "secrets");
    await Deno.mkdir(secrets);
    await Deno.writeTextFile(join(secrets, "api_key"), `${KEY}\n`);
    return `[[paths.mounts]]\nhost = ${JSON.stringify(secrets)}\ncontainer = "/run/agent"\n` +
      `readonly = true\nsecret = ${isSecret}\n`;
  };
}

/** Ways in which a program passes on what it should not, one line each. */
const ECHOES = [
  "cat /run/agent/api_key",
  'k=$(cat /run/agent/api_key); printf %.9s "$k"; sleep 0.3; printf \'%s\\n\' "${k#?????????}"',
  `sed 's/"/\\\\"/g; s/.*/{"error":"Bearer &"}/' /run/agent/api_key >&2`,
  "sed 's/\"/%22/g; s,/,%2F,g; s,.*,https://model.lab/?key=&,' /run/agent/api_key >&2",
  'ln -s /etc/passwd "output/$(sed s,/,%2F,g /run/agent/api_key | sed s,\\",%22,g)"',
];

async function runWith(isSecret: boolean) {
  await using world = await createWorld({ more: mountOf(isSecret) });
  const agent = await world.startAgent();
  const script = [...ECHOES, "cat /run/agent/api_key > output/mine", "exit 3"].join("\n");
  const task = await world.submit(script);
  const ended = await world.ended(task);
  assert.equal(ended.status, "failed");
  const outputs = await world.outputs(task.id);
  const log = await Deno.readTextFile(join(world.dataDir, "logs", `${task.id}.log`));
  const report = JSON.stringify([ended.errorMessage, ended.output]);
  return {
    report: ended,
    all: [report, log, JSON.stringify(agent.log)].join("\n"),
    file: new TextDecoder().decode(outputs.get("output/mine")),
  };
}

/** The key as the ways above write it, JSON around it included. */
const SPELLINGS = ["0123456789", "sk-%22live", 'sk-"li', 'sk-\\"li', 'sk-\\\\"li', 'sk-\\\\\\"li'];

Deno.test("what a secret mount holds is in no log, report or message, however it is echoed", async () => {
  const { report, all, file } = await runWith(true);
  for (const spelling of SPELLINGS) assert.ok(!all.includes(spelling), `${spelling} in ${all}`);
  assert.match(report.errorMessage!, /exit code 3[^]*Bearer \*\*\*[^]*key=\*\*\*/);
  const output = report.output as { stdout: string; skipped_files: { name: string }[] };
  assert.equal(output.stdout, "***\n***\n");
  assert.ok(output.skipped_files.some(({ name }) => name === "output/***"));
  // A task's files are its own.
  assert.equal(file, `${KEY}\n`);
});

Deno.test("a mount that is not marked is nobody's secret", async () => {
  const { report } = await runWith(false);
  assert.equal((report.output as { stdout: string }).stdout, `${KEY}\n${KEY}\n`);
});
