import assert from "node:assert/strict";
import { testEngine } from "../support/engine.ts";
import { EN } from "./pages.ts";
import { DOWNLOAD, Reader } from "./reader.ts";

/** In the order in which they are read. The Chinese pages have the same: languages_test.ts makes sure. */
const BLOCKS = EN.pages.flatMap(({ name, blocks }) =>
  blocks.map((block) => ({ block, where: `${name}, line ${block.line}` }))
);
/** Blocks that need another system or a download: no more than these. */
const MOST_NOT_RUN = 8;

/** What a block must have printed, by what is in it. */
const SIGNS: readonly (readonly [RegExp, RegExp])[] = [
  [/\.\/dev demo/, /output\/response\.md/],
  [/sha256sum/, new RegExp(`${DOWNLOAD}: OK`)],
  [/agent-core --version/, /^agent-core \d+\.\d+\.\d+$/m],
  [/ try .*notes\.txt$/m, /counting words for task[^]*output\/response\.md/],
  [/ try .*--json/, /"output\/words\.txt"/],
  [/ register /, /Registered/],
  [/ doctor$/m, /The Server .* answers/],
  [/ status$/m, /Agent name: lab-3[^]*Running: yes/],
  [/ tasks$/m, /completed/],
  [/ logs "\$TASK"/, /counting words for task/],
  [/ status --json/, /"running": true/],
  [/ tasks --all --json/, /"task_?id"/i],
  [/install-service --print/, /\[Service\]|<plist/],
];

Deno.test("every command of the pages does what it says", async () => {
  await using _engine = await testEngine();
  for (const tool of ["bash", "curl", "docker"]) await need(tool);
  await using reader = await Reader.sitDown();
  const seen = new Set<RegExp>();
  for (const { block, where } of BLOCKS) {
    const output = await reader.follow(block, where);
    if (output === undefined) continue;
    for (const [of, sign] of SIGNS) {
      if (!of.test(block.text)) continue;
      assert(sign.test(output), `${where}: no ${sign} in:\n${output}`);
      seen.add(of);
    }
  }
  assert.deepEqual(
    SIGNS.filter(([of]) => !seen.has(of)),
    [],
    "no page has these commands any more",
  );
  await reader.completes();
});

Deno.test("few blocks of the pages are not run, each with a reason", () => {
  const left = BLOCKS.filter(({ block: { lang, marker } }) =>
    lang === "sh" && marker?.startsWith("not run: ")
  );
  assert(left.length <= MOST_NOT_RUN, `${left.length} blocks are not run`);
  for (const { block: { marker }, where } of left) {
    assert.match(marker!, /^not run: .{10,}/, `${where}: no reason`);
  }
});

async function need(tool: string): Promise<void> {
  const found = await new Deno.Command(tool, { args: ["--version"] }).output()
    .then(({ success }) => success, () => false);
  assert(found, `This test does what the pages say, and needs ${tool} for it: install ${tool}.`);
}
