import assert from "node:assert/strict";
import { STATES } from "../../src/journal/mod.ts";
import { VERSION } from "../../src/util/mod.ts";
import { codeSpans, readPage, ROOT, wordsOf } from "./markdown.ts";
import { onBoth } from "./pages.ts";
import { sourcesOf } from "./sources.ts";

/** What is read in ten minutes. */
const README_LINES = 270;

onBoth("README is what a newcomer needs, and no longer", (book) => {
  const { text } = book.page("README");
  assert(text.trimEnd().split("\n").length < README_LINES);
});

onBoth("messages under Troubleshooting are the program's own", async (book) => {
  const sources = await sourcesOf("src/i18n/");
  const [table] = book.page("docs/troubleshooting").sections[0].tables;
  let count = 0;
  for (const [symptom] of table.slice(1)) {
    const [message] = symptom.startsWith("`") ? codeSpans(symptom) : [];
    if (message === undefined || symptom !== `\`${message}\``) continue;
    count++;
    for (
      const part of message.split("…").map((part) => part.trim()).filter((part) => part !== "")
    ) {
      assert(sources.includes(part), `no message says "${part}"`);
    }
  }
  assert(count >= 8, `only ${count} messages were found`);
});

onBoth("the systems of a release are those that are compiled for", async (book) => {
  const compiler = await Deno.readTextFile(new URL(".ci/compile.ts", ROOT));
  const [, list] = /TARGETS = \[([^\]]+)\]/.exec(compiler)!;
  const targets = [...list.matchAll(/"([^"]+)"/g)].map(([, target]) => target);
  const listed = codeSpans(wordsOf(book.page("README")))
    .filter((span) => /^agent-core-\w+-\w+-[\w-]+(?:\.exe)?$/.test(span));
  assert.deepEqual(
    listed.toSorted(),
    targets.map((target) => `agent-core-${target}${target.includes("windows") ? ".exe" : ""}`)
      .toSorted(),
  );
});

onBoth("the rooms and the commands of dev are all there", async (book) => {
  const page = book.page("CONTRIBUTING");
  for await (const { name, isDirectory } of Deno.readDir(new URL("src/", ROOT))) {
    // What every room uses and nobody looks for.
    if (!isDirectory || name === "log" || name === "util") continue;
    assert(page.text.includes(`\`src/${name}/\``), `src/${name}/ is not explained`);
  }
  const dev = await Deno.readTextFile(new URL("dev", ROOT));
  const commands = /\n {2}(demo \| .*)\) ;;/.exec(dev)![1].split(" | ");
  for (const command of commands) {
    // Only for whoever changes the packages; run is what agent-core is used for.
    if (["run", "lock"].includes(command)) continue;
    assert(page.text.includes(`./dev ${command}`), `./dev ${command} is not explained`);
  }
});

Deno.test("CHANGELOG.md has what a release of this version will say", async () => {
  const { sections } = await readPage("CHANGELOG.md");
  const section = sections.find(({ level, title }) =>
    level === 2 && title.startsWith(`[${VERSION}]`)
  );
  assert(section && section.prose.trim() !== "", `nothing about ${VERSION}`);
});

onBoth("the states of a task are those of the journal", (book) => {
  const { sections } = book.page("docs/how-it-is-built");
  const rows = sections.flatMap(({ tables }) => tables)[0].slice(1);
  assert.deepEqual(rows.map(([first]) => codeSpans(first)[0]), STATES);
});
