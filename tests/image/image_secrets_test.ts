import assert from "node:assert/strict";
import { join } from "@std/path";

import { createLab } from "./lab.ts";
import { bash, type Turn } from "./model_stub.ts";

/** With signs that JSON and addresses spell in another way. */
const KEY = 'sk-live-a"b\\c%d-0123456789abcdef';
/** No part of it that is worth anything may be seen. */
const TELLING = /sk-live|0123456789abcdef/;

const refusal = (status: number, message: string): Turn => ({
  refuse: { status, body: { error: { message } } },
});

/** Every way in which the key has been seen to come back. */
const ECHOES: Readonly<Record<string, readonly Turn[]>> = {
  "a provider repeats the header in its refusal": [
    refusal(401, `Incorrect API key provided: Bearer ${KEY}.`),
  ],
  "a refusal is cut where the key stands": [refusal(400, `${"x".repeat(988)} ${KEY} and more`)],
  "the model says it": [{ text: `The key is ${KEY}, as you see.` }],
  "a tool prints it": [bash("cat /run/agent/api_key"), { text: "There it is." }],
  "a tool's result is shortened where the key stands": [
    bash(
      "head -c 985 /dev/zero | tr '\\0' x; cat /run/agent/api_key; head -c 9000 /dev/zero | tr '\\0' y",
    ),
    { text: "Long." },
  ],
  "the answer's file has it, as JSON and in an address": [
    bash(
      "node -e \"const k = require('fs').readFileSync('/run/agent/api_key', 'utf8').trim(); " +
        "require('fs').writeFileSync('output/response.md', JSON.stringify({k}) + encodeURIComponent(k) + k)\"",
    ),
    { text: "DONE" },
  ],
};

Deno.test("the key does not come back by accident, in whatever way it is echoed", async (t) => {
  let turns: readonly Turn[] = [];
  let from = 0;
  await using lab = await createLab({
    key: KEY,
    answer: ({ index }) => turns[Math.min(index - from, turns.length - 1)],
  });
  for (const [name, script] of Object.entries(ECHOES)) {
    await t.step(name, async () => {
      turns = script;
      from = lab.model.questions.length;
      const { task, files } = await lab.run({ prompt: "tell" });
      assert.equal(lab.model.questions[from].authorization, `Bearer ${KEY}`);
      assert.doesNotMatch(JSON.stringify(task), TELLING);
      assert.doesNotMatch(files.get("output/response.md")!, TELLING);
      const said = JSON.stringify(task) + files.get("output/response.md");
      assert.match(said, /\*\*\*/);
      const data = lab.world.dataDir;
      assert.doesNotMatch(await Deno.readTextFile(join(data, "logs", `${task.id}.log`)), TELLING);
    });
  }
});

const FILES: readonly (readonly [name: string, content: string, message: RegExp])[] = [
  ["a comment above it", `# my key\n${KEY}`, /api_key has 2 lines/],
  ["nothing", "", /api_key is empty/],
  ["the guide's own", "sk-…", /placeholder/],
  ["signs of a word processor", "“sk-live-0123456789abcdef”", /signs that no key has/],
];

for (const [name, content, message] of FILES) {
  Deno.test(`a key file that is no key is refused before anybody is asked: ${name}`, async () => {
    await using lab = await createLab({ key: content, answer: () => ({ text: "never asked" }) });
    const { task, files } = await lab.run({ prompt: "do it" });
    assert.match(task.errorMessage!, /exit code 3\b/);
    assert.match(task.errorMessage!, message);
    assert.doesNotMatch(JSON.stringify(task) + files.get("output/response.md"), TELLING);
    assert.equal(lab.model.questions.length, 0);
  });
}

Deno.test("a key in agent.json is refused, and not ignored", async () => {
  await using lab = await createLab({
    answer: () => ({ text: "never asked" }),
    settings: () => ({
      providers: { lab: { baseUrl: "http://x/v1", api: "openai-completions", apiKey: KEY } },
    }),
  });
  const { task } = await lab.run({ prompt: "do it" });
  assert.match(
    task.errorMessage!,
    /exit code 3[^]*providers\.lab\.apiKey[^]*\/run\/agent\/api_key/,
  );
  assert.doesNotMatch(JSON.stringify(task), TELLING);
});
